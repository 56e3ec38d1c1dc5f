//! Link arguments of the plug-in.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The search by mDNS and a name server's answer run on threads of libraries that give no handle to join. All are told to end
    // with their instance; a library that stays mapped is what keeps the last of them from running into nothing.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
