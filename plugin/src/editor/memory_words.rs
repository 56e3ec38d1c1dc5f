//! What is known of a memory, in words.

use super::memory_board::MemoryDot;
use super::memory_sign::feeling;

/// How long ago something was.
pub fn age(seconds: f64) -> String {
    let (count, unit) = match seconds {
        s if !s.is_finite() || s < 1.0 => return "just now".to_owned(),
        s if s < 90.0 => (s, "s"),
        s if s < 5_400.0 => (s / 60.0, "min"),
        s if s < 129_600.0 => (s / 3_600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    format!("{count:.0} {unit} ago")
}

/// In one line: emotion, duration, age.
pub fn brief(dot: &MemoryDot, now_s: f64) -> String {
    format!("{}, {:.1} s, {}", feeling(dot.felt), dot.duration_s, age(now_s - dot.at_s))
}

/// All of it, line by line.
pub fn lines(dot: &MemoryDot, now_s: f64) -> Vec<String> {
    let mut lines = vec![dot.title()];
    if !dot.text.is_empty() && !dot.name.is_empty() {
        lines.push(format!("\"{}\"", dot.text));
    }
    lines.push(brief(dot, now_s));
    if !dot.tags.is_empty() {
        lines.push(format!("tags: {}", dot.tags.join(", ")));
    }
    let uses = match dot.uses {
        0 => "never called back".to_owned(),
        1 => "called back once".to_owned(),
        uses => format!("called back {uses} times"),
    };
    let left = if dot.pinned {
        "never fades".to_owned()
    } else {
        format!("{:.0} % left", 100.0 * dot.strength.clamp(0.0, 1.0))
    };
    lines.push(format!("{uses}, {left}"));
    if dot.replayable {
        lines.push("can be said again exactly".to_owned());
    }
    lines
}

/// Tags as they are typed: comma between them.
pub fn tags_of(typed: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in typed.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|own| own == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_units_that_fit() {
        let said = [0.2, 42.0, 200.0, 7_200.0, 900_000.0].map(age);
        assert_eq!(said, ["just now", "42 s ago", "3 min ago", "2 h ago", "10 days ago"]);
        assert_eq!(age(f64::NAN), "just now");
    }

    #[test]
    fn everything_known_is_told_and_nothing_else() {
        let bare = MemoryDot { id: 4, strength: 0.5, ..MemoryDot::default() };
        assert_eq!(
            lines(&bare, 0.0),
            ["memory 4", "neutral, 0.0 s, just now", "never called back, 50 % left"]
        );
        let full = MemoryDot {
            name: "sorry".into(),
            text: "I am so sorry".into(),
            tags: vec!["home".into(), "quiet".into()],
            uses: 3,
            pinned: true,
            replayable: true,
            ..bare
        };
        let told = lines(&full, 0.0).join("\n");
        for part in ["\"I am so sorry\"", "tags: home, quiet", "3 times, never fades", "exactly"] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn tags_are_split_at_commas() {
        assert_eq!(tags_of(" home, quiet,,home , "), ["home", "quiet"]);
        assert!(tags_of(" , ").is_empty());
    }
}
