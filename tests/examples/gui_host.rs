//! A foreign host with a window: embeds the editor in an X11 window of its own, plays it silently in real time, and tells
//! how long everything takes.
//!
//! `cargo run -p psivox-tests --example gui_host -- [PATH.clap] [--size WxH] [--seconds N] [--text TEXT] [--speak]
//! [--screenshot OUT.png] [--do STEP]... [--state OUT.json]`
//!
//! A step is `wait:SECONDS`, `click:X,Y`, `type:TEXT`, `key:NAME` (as `ctrl+a`), `shot:OUT.png` or `size:WxH`; they
//! run in their order once the first picture is there. Keys and clicks are real ones: xdotool makes them.

#[cfg(target_os = "linux")]
mod linux {
    use clack_host::prelude::EventBuffer;
    use lexopt::prelude::*;
    use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue};
    use psivox_tests::x11_window::X11Window;
    use std::error::Error;
    use std::process::Command;
    use std::time::{Duration, Instant};

    const RATE_HZ: f64 = 48_000.0;
    const BLOCK: usize = 480;
    /// A window with fewer colours than this shows no editor yet.
    const COLOURS: usize = 8;

    #[derive(Default)]
    struct Wanted {
        path: Option<String>,
        size: Option<(u16, u16)>,
        seconds: f64,
        text: Option<String>,
        speak: bool,
        screenshot: Option<String>,
        state: Option<String>,
        steps: Vec<String>,
    }

    fn size_of(text: &str) -> Result<(u16, u16), Box<dyn Error>> {
        let (width, height) = text.split_once('x').ok_or("a size is WIDTHxHEIGHT")?;
        Ok((width.parse()?, height.parse()?))
    }

    fn wanted() -> Result<Wanted, Box<dyn Error>> {
        let mut wanted = Wanted { seconds: 3.0, ..Wanted::default() };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("size") => wanted.size = Some(size_of(&parser.value()?.string()?)?),
                Long("seconds") => wanted.seconds = parser.value()?.parse()?,
                Long("text") => wanted.text = Some(parser.value()?.string()?),
                Long("speak") => wanted.speak = true,
                Long("screenshot") => wanted.screenshot = Some(parser.value()?.string()?),
                Long("state") => wanted.state = Some(parser.value()?.string()?),
                Long("do") => wanted.steps.push(parser.value()?.string()?),
                Value(path) if wanted.path.is_none() => wanted.path = Some(path.string()?),
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(wanted)
    }

    /// The host: one instance, its sound in real time, its window.
    struct Session {
        rig: ClapRig,
        audio: ClapAudio,
        window: X11Window,
        beginning: Instant,
        blocks: usize,
        cues: Vec<Cue>,
    }

    impl Session {
        /// Does what a host does for so long.
        fn run(&mut self, seconds: f64) {
            let end = Instant::now() + Duration::from_secs_f64(seconds);
            loop {
                self.turn();
                if Instant::now() >= end {
                    return;
                }
            }
        }

        /// One block of sound at its time, and the main thread's duties.
        fn turn(&mut self) {
            let mut events = EventBuffer::new();
            for cue in self.cues.drain(..) {
                cue.push(&mut events, 0);
            }
            self.audio.block(BLOCK, &events);
            self.rig.idle();
            self.blocks += 1;
            let due = Duration::from_secs_f64((self.blocks * BLOCK) as f64 / RATE_HZ);
            std::thread::sleep(due.saturating_sub(self.beginning.elapsed()));
        }

        /// Runs until the editor has drawn something.
        fn first_picture(&mut self) -> Result<Option<Duration>, Box<dyn Error>> {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(10) {
                let (_, _, rgb) = self.window.picture()?;
                let mut colours: Vec<&[u8]> = rgb.chunks_exact(3).step_by(7).collect();
                colours.sort_unstable();
                colours.dedup();
                if colours.len() >= COLOURS {
                    return Ok(Some(start.elapsed()));
                }
                self.turn();
            }
            Ok(None)
        }

        fn step(&mut self, step: &str) -> Result<(), Box<dyn Error>> {
            let (what, rest) = step.split_once(':').ok_or("a step is WHAT:DETAIL")?;
            match what {
                "wait" => self.run(rest.parse()?),
                "click" => {
                    let (x, y) = rest.split_once(',').ok_or("a click is X,Y")?;
                    let window = self.window.id.to_string();
                    self.xdotool(&["mousemove", "--window", &window, x, y])?;
                    self.run(0.1);
                    self.xdotool(&["click", "1"])?;
                }
                "type" => self.xdotool(&["type", "--delay", "20", "--", rest])?,
                "key" => self.xdotool(&["key", "--", rest])?,
                "shot" => self.shot(rest)?,
                "size" => {
                    let (width, height) = size_of(rest)?;
                    println!("size {rest}: {:?}", self.rig.resize_window(width.into(), height.into()));
                }
                _ => return Err(format!("no step is called '{what}'").into()),
            }
            self.run(0.3);
            Ok(())
        }

        /// Real keys and clicks, while the host goes on.
        fn xdotool(&mut self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
            let mut child = Command::new("xdotool").args(arguments).spawn()?;
            loop {
                if let Some(status) = child.try_wait()? {
                    return if status.success() { Ok(()) } else { Err("xdotool failed".into()) };
                }
                self.turn();
            }
        }

        fn shot(&self, path: &str) -> Result<(), Box<dyn Error>> {
            let (width, height, rgb) = self.window.picture()?;
            let mut encoder = png::Encoder::new(std::fs::File::create(path)?, width, height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.write_header()?.write_image_data(&rgb)?;
            println!("wrote {path}");
            Ok(())
        }
    }

    fn ms(duration: Duration) -> f64 {
        duration.as_secs_f64() * 1e3
    }

    pub fn main() -> Result<(), Box<dyn Error>> {
        let wanted = wanted()?;
        let load = Instant::now();
        let mut rig = ClapRig::of(wanted.path.as_deref(), true);
        println!("loaded in {:.1} ms", ms(load.elapsed()));
        if let Some(text) = &wanted.text {
            assert!(rig.load_line(&[("text", text)]), "the text is refused");
        }
        let activation = Instant::now();
        let audio = rig.start(RATE_HZ, BLOCK as u32);
        println!("activated in {:.1} ms", ms(activation.elapsed()));
        let (width, height) = wanted.size.unwrap_or((1024, 768));
        let window = X11Window::open("gui_host", width, height)?;
        window.focus()?;
        let opening = Instant::now();
        let size = rig.open_window(window.id)?;
        println!("window made in {:.1} ms, it wants {} x {}", ms(opening.elapsed()), size.0, size.1);
        let mut session =
            Session { rig, audio, window, beginning: Instant::now(), blocks: 0, cues: Vec::new() };
        if let Some((width, height)) = wanted.size {
            let taken = session.rig.resize_window(width.into(), height.into());
            println!("size {width} x {height}: {taken:?}");
        }
        match session.first_picture()? {
            Some(_) => println!(
                "first picture {:.1} ms after opening, {:.1} ms after loading began",
                ms(opening.elapsed()),
                ms(load.elapsed())
            ),
            None => println!("no picture within 10 s"),
        }
        if wanted.speak {
            session.cues.push(Cue::On(0.9));
        }
        for step in &wanted.steps {
            println!("{step}");
            session.step(step)?;
        }
        session.run(wanted.seconds);
        if let Some(path) = &wanted.screenshot {
            session.shot(path)?;
        }
        println!("keys that the editor did not take: {}", session.window.keys_left_over()?);
        if let Some(path) = &wanted.state {
            std::fs::write(path, session.rig.line_json().to_string())?;
            println!("wrote {path}");
        }
        let Session { mut rig, audio, .. } = session;
        let closing = Instant::now();
        rig.close_window();
        println!("window closed in {:.1} ms", ms(closing.elapsed()));
        rig.stop(audio);
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this host needs X11");
}
