//! Pictures of every page, and whether everything on them is in reach. For tests only.

use super::app::EditorApp;
use super::harness::Instance;
use super::memory_sample;
use super::model::Page;
use super::theme::Theme;
use egui_kittest::Harness;
use std::path::Path;

/// Sizes of the window that are looked at, logical pixels: the smallest, the one at first, a large one.
pub const SIZES: [(f32, f32); 3] = [(600.0, 520.0), (960.0, 680.0), (1_600.0, 1_000.0)];

/// A text that shows what the window can do.
pub const TEXT: &str = "Hello. I am Psivox, a *voice* and a face from one field.\n\
    [happy 0.8]I am so glad that you are here![/] [pause 300ms] Listen.\n\
    [whisper]This one is a secret.[/]\n\
    [key C3] Sadly the old house burnt down last [hapy] night.\n\
    My name is {ˈsIvɑks}, <emphasis>never</emphasis> forget it.";

/// An instance in the middle of its first sentence.
pub fn speaking() -> Instance {
    let mut instance = Instance::new();
    instance.say(TEXT);
    instance.speak_for(1.4);
    instance.sources.memory.show(memory_sample::board());
    instance
}

/// Opens a page of it.
pub fn page(instance: &Instance, page: Page, size: (f32, f32), theme: Theme) -> Harness<'static, EditorApp> {
    let mut harness = instance.open(size, theme, None);
    harness.state_mut().model().page = page;
    harness.run_steps(3);
    harness
}

#[test]
#[ignore = "writes pictures"]
fn pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    let only = std::env::var("PSIVOX_PICTURES").unwrap_or_default();
    for (width, height) in SIZES {
        for theme in Theme::ALL {
            for kind in Page::ALL {
                let name =
                    format!("window-{}-{width}x{height}-{}.png", kind.name().to_lowercase(), theme.name());
                if !name.contains(&only) {
                    continue;
                }
                let instance = speaking();
                let mut harness = page(&instance, kind, (width, height), theme);
                let board = memory_sample::blended(&mut harness.state_mut().model().views.memory_state);
                instance.sources.memory.show(board);
                harness.run_steps(3);
                harness.render().expect("a picture").save(folder.join(name)).expect("written");
            }
        }
    }
}
