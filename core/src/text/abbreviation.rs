//! Abbreviations, titles and Roman numerals.

use super::date;
use super::line::{Content, Line, Pieces};
use super::number;

/// Titles, spoken in full before a name.
const TITLES: [(&str, &str); 25] = [
    ("Mr", "Mister"),
    ("Mrs", "Missus"),
    ("Ms", "Miz"),
    ("Dr", "Doctor"),
    ("Prof", "Professor"),
    ("St", "Saint"),
    ("Mt", "Mount"),
    ("Ft", "Fort"),
    ("Gen", "General"),
    ("Gov", "Governor"),
    ("Sen", "Senator"),
    ("Rep", "Representative"),
    ("Capt", "Captain"),
    ("Lt", "Lieutenant"),
    ("Col", "Colonel"),
    ("Sgt", "Sergeant"),
    ("Cmdr", "Commander"),
    ("Rev", "Reverend"),
    ("Hon", "Honorable"),
    ("Pres", "President"),
    ("Cpl", "Corporal"),
    ("Maj", "Major"),
    ("Adm", "Admiral"),
    ("Fr", "Father"),
    ("Messrs", "Messieurs"),
];

/// Written with a full stop; spoken in full anywhere.
const SHORT: [(&str, &str); 62] = [
    ("Jr", "Junior"),
    ("Sr", "Senior"),
    ("Ave", "Avenue"),
    ("Blvd", "Boulevard"),
    ("Rd", "Road"),
    ("Ln", "Lane"),
    ("Hwy", "Highway"),
    ("Pkwy", "Parkway"),
    ("Apt", "Apartment"),
    ("Bldg", "Building"),
    ("Ltd", "Limited"),
    ("Inc", "Incorporated"),
    ("Corp", "Corporation"),
    ("Co", "Company"),
    ("Bros", "Brothers"),
    ("Dept", "Department"),
    ("Univ", "University"),
    ("Assn", "Association"),
    ("Govt", "Government"),
    ("approx", "approximately"),
    ("est", "established"),
    ("vs", "versus"),
    ("vol", "volume"),
    ("Vol", "Volume"),
    ("vols", "volumes"),
    ("fig", "figure"),
    ("Fig", "Figure"),
    ("figs", "figures"),
    ("Figs", "Figures"),
    ("ch", "chapter"),
    ("Ch", "Chapter"),
    ("pp", "pages"),
    ("p", "page"),
    ("ed", "edition"),
    ("eds", "editors"),
    ("Atty", "Attorney"),
    ("Supt", "Superintendent"),
    ("cf", "compare"),
    ("viz", "namely"),
    ("ca", "circa"),
    ("max", "maximum"),
    ("avg", "average"),
    ("dept", "department"),
    ("e.g", "for example"),
    ("i.e", "that is"),
    ("a.k.a", "also known as"),
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Tues", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Thurs", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
    ("Esq", "Esquire"),
    ("Ste", "Suite"),
    ("sq", "square"),
    ("tel", "telephone"),
    ("Tel", "Telephone"),
    ("ext", "extension"),
    ("Ext", "Extension"),
];

/// Spoken in full only with a number after them: they are also words.
const NUMBERED: [(&str, &str); 13] = [
    ("c", "circa"),
    ("No", "Number"),
    ("Nos", "Numbers"),
    ("no", "number"),
    ("nos", "numbers"),
    ("Art", "Article"),
    ("Sec", "Section"),
    ("sec", "section"),
    ("Eq", "Equation"),
    ("eq", "equation"),
    ("Ex", "Example"),
    ("par", "paragraph"),
    ("Pt", "Part"),
];

/// Never with a full stop of their own.
const BARE: [(&str, &str); 15] = [
    ("Ctrl", "Control"),
    ("ctrl", "control"),
    ("Cmd", "Command"),
    ("WWI", "World War one"),
    ("WWII", "World War two"),
    ("vs", "versus"),
    ("aka", "also known as"),
    ("AKA", "also known as"),
    ("w/", "with"),
    ("w/o", "without"),
    ("BTW", "by the way"),
    ("IMO", "in my opinion"),
    ("TBD", "to be determined"),
    ("FYI", "for your information"),
    ("ASAP", "as soon as possible"),
];

const ROMAN_CARDINAL: [&str; 26] = [
    "Chapter", "chapter", "Part", "part", "Act", "act", "Scene", "scene", "Section", "section", "Volume",
    "volume", "Book", "book", "Phase", "phase", "Article", "article", "War", "Mark", "Type", "type", "Bowl",
    "Episode", "Appendix", "Canto",
];

const ROMAN_ORDINAL: [&str; 34] = [
    "Pope",
    "King",
    "Queen",
    "Henry",
    "Louis",
    "Edward",
    "George",
    "William",
    "Charles",
    "James",
    "Richard",
    "Elizabeth",
    "Napoleon",
    "Pius",
    "Benedict",
    "Leo",
    "Paul",
    "Ramses",
    "Frederick",
    "Philip",
    "Alexander",
    "Nicholas",
    "Peter",
    "Catherine",
    "Ivan",
    "Umberto",
    "Emmanuel",
    "Gustav",
    "Christian",
    "Ferdinand",
    "Mary",
    "Gregory",
    "Clement",
    "Innocent",
];

fn find(list: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    list.iter().find(|&&(short, _)| short == word).map(|&(_, full)| full)
}

/// Whether a full stop after `word` belongs to the word when `next` follows it.
pub(crate) fn never_ends_sentence(word: &str, next_word: &str) -> bool {
    let next = next_word.chars().next().unwrap_or(' ');
    let numbered = find(&NUMBERED, word).is_some()
        || find(&SHORT, word).is_some()
        || date::month(word).is_some_and(|m| m.len() != word.len())
        || ["p", "pp", "vol", "Vol", "fig", "Fig", "Figs", "ch", "Ch", "ca", "approx"].contains(&word);
    let running = ["e.g", "i.e", "vs", "cf", "viz", "Messrs"].contains(&word);
    if word.contains('.') && !running {
        let half_day = matches!(word.to_ascii_lowercase().as_str(), "a.m" | "p.m");
        let dated = date::is_weekday_or_month(next_word);
        return next.is_ascii_digit() || !(begins_sentence(next_word) || (half_day && !dated));
    }
    (find(&TITLES, word).is_some() && !begins_sentence(next_word))
        || running
        || (numbered && next.is_ascii_digit())
}

/// Words that are no names: a capital there means a new sentence.
fn begins_sentence(word: &str) -> bool {
    const WORDS: [&str; 34] = [
        "A", "After", "All", "An", "And", "As", "At", "But", "By", "For", "He", "Her", "His", "How", "I",
        "If", "In", "It", "Its", "My", "No", "On", "One", "Our", "She", "So", "That", "The", "Their", "Then",
        "There", "They", "This", "We",
    ];
    WORDS.contains(&word)
}

/// `Dr.`, `St.`, `Mr`: the title before a name, else the street or the doctor.
fn title(line: &Line<'_>, word: &str, end: usize, pieces: &Pieces) -> Option<(&'static str, usize)> {
    let full = find(&TITLES, word)?;
    let dot = line.at(end) == '.';
    let stop = end + usize::from(dot);
    let next = line.spaces(stop);
    let next_word = line.text(next..line.word(next));
    let named = line.at(stop) == ' ' && line.at(next).is_ascii_uppercase() && !begins_sentence(&next_word);
    let before = pieces.last_word(0);
    let digit = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    let after_name = before.starts_with(|c: char| c.is_ascii_uppercase()) || digit(&before);
    let numbered = digit(&before) || digit(&pieces.last_word(1));
    let place = match word {
        "St" if dot && (!named || numbered) => Some("Street"),
        "Dr" if dot && (!named || numbered) && after_name => Some("Drive"),
        _ => None,
    };
    match place {
        Some(name) => Some((name, stop)),
        None if named || (dot && word != "Rep" && word != "Ms" && word.len() > 1) => Some((full, stop)),
        None => None,
    }
}

/// The full form of what starts at `i`, and where it ends.
fn full_form(line: &Line<'_>, i: usize, pieces: &Pieces) -> Option<(&'static str, usize)> {
    const LONGEST: usize = 12;
    let letters = i + line.letters[i..]
        .iter()
        .take(LONGEST)
        .take_while(|l| l.c.is_ascii_alphabetic() || matches!(l.c, '.' | '/'))
        .count();
    let all = line.text(i..letters);
    let dotted = all.strip_suffix('.');
    if let Some(full) = find(&BARE, &all) {
        return Some((full, letters));
    }
    if let Some(full) = dotted.and_then(|w| find(&SHORT, w)) {
        return Some((full, letters));
    }
    let end = line.word(i);
    let word = line.text(i..end);
    if let Some(full) = find(&NUMBERED, &word)
        && line.at(end) == '.'
        && line.digits(line.spaces(end + 1)) > line.spaces(end + 1) + if word == "c" { 2 } else { 0 }
    {
        return Some((full, end + 1));
    }
    // "p. 4" but not the last letter of a sentence.
    if word.len() == 1 && line.at(end) == '.' && !line.at(line.spaces(end + 1)).is_ascii_digit() {
        return None;
    }
    title(line, &word, end, pieces)
}

/// Any abbreviation; its full stop stays where it also ends the sentence.
pub(crate) fn short_form(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let before = line.before(i);
    if !line.at(i).is_ascii_alphabetic()
        || before.is_ascii_alphanumeric()
        || matches!(before, '.' | '\'' | '@' | '-')
    {
        return None;
    }
    let whole =
        i + line.letters[i..].iter().take(5).take_while(|l| l.c.is_ascii_alphabetic() || l.c == '.').count();
    let et_cetera = matches!(line.text(i..whole).as_str(), "etc." | "etc" | "Etc." | "&c.");
    let (full, end) = if et_cetera { ("et cetera", whole) } else { full_form(line, i, pieces)? };
    if line.before(end) != '.' && !line.is_boundary(end) {
        return None;
    }
    let source = line.source(i..end);
    let written = line.text(i..line.word(i));
    match full {
        "et cetera" => pieces.named("etc", full, &source),
        "Mister" | "Missus" | "Doctor" => pieces.named(&written, full, &source),
        _ => pieces.words(full, &source),
    }
    if line.before(end) == '.' && line.is_end(end) {
        pieces.mark('.', &source);
    } else if line.at(end) != ' '
        && let Some(last) = pieces.list.last_mut()
    {
        last.space_after = false;
    }
    Some(end)
}

/// `Chapter IV`, `Henry VIII`, `World War II`.
pub(crate) fn roman(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !matches!(line.at(i), 'I' | 'V' | 'X' | 'L' | 'C' | 'M') || line.before(i) != ' ' {
        return None;
    }
    let end = line.word(i);
    let apostrophe = line.at(end) == '\'' && line.at(end + 1).is_ascii_alphabetic() && !line.has(end, "'s");
    let value = number::roman(&line.text(i..end))?;
    let before = pieces.last_word(0);
    let source = line.source(i..end);
    if apostrophe {
        return None;
    }
    if ROMAN_CARDINAL.contains(&before.as_str()) && (before != "War" || pieces.last_word(1) == "World") {
        pieces.number(number::small(value), &value.to_string(), &source);
    } else if ROMAN_ORDINAL.contains(&before.as_str()) && (value > 1 || is_regnal_one(line, end)) {
        pieces.words("the", &source);
        pieces.number(number::ordinal(&value.to_string()), &value.to_string(), &source);
    } else if end > i + 1 && value <= 30 && is_name(&before) {
        pieces.number(number::small(value), &value.to_string(), &source);
    } else {
        return None;
    }
    if line.has(end, "'s")
        && line.is_boundary(end + 2)
        && let Some(Content::Number { words, .. }) = pieces.list.last_mut().map(|last| &mut last.content)
        && let Some(last) = words.last_mut()
    {
        last.push_str("'s");
        return Some(end + 2);
    }
    if line.at(end) != ' '
        && let Some(last) = pieces.list.last_mut()
    {
        last.space_after = false;
    }
    Some(end)
}

/// A capitalised word, after which "II" or "XI" counts: "Rocky III".
fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// "King James I." or "Elizabeth I ruled", but not "Mary, I think" nor "with Mary I went".
fn is_regnal_one(line: &Line<'_>, end: usize) -> bool {
    let next = line.spaces(end);
    let word = line.text(next..line.word(next));
    line.is_end(end + 1) || ["of", "was", "ruled", "reigned", "died", "and"].contains(&word.as_str())
}
