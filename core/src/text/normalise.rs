//! From written to spoken text: a single pass of rules over one sentence.
//!
//! At each position the rules of [`RULES`] are asked in order; the first that knows what stands there
//! adds the spoken form and says where it ends. What no rule knows is kept as written.

use super::line::{Line, Pieces};
use super::{
    abbreviation, address, coordinate, date, fraction, identifier, markup, money, numeral, phone_markup,
    ratio, symbol, telephone, time, user_lexicon,
};

/// A rule looks at a position, adds pieces and returns the position after what it read.
pub(crate) type Rule = fn(&Line<'_>, usize, &mut Pieces) -> Option<usize>;

/// Order matters: the more there is to recognise, the earlier.
const RULES: [Rule; 33] = [
    phone_markup::inline,
    markup::said,
    user_lexicon::word,
    symbol::emoticon,
    address::web,
    address::mail,
    identifier::path,
    telephone::telephone,
    date::iso,
    date::slashed,
    date::weekday,
    date::month_day,
    date::day_month,
    time::clock,
    time::hour,
    ratio::ratio,
    coordinate::angle,
    money::amount,
    money::code_after,
    numeral::feet_and_inches,
    fraction::fraction,
    numeral::short_year,
    numeral::measured,
    ratio::sides,
    numeral::plain,
    identifier::formula,
    identifier::option,
    identifier::tag,
    abbreviation::roman,
    abbreviation::short_form,
    symbol::operator,
    symbol::power,
    symbol::symbol,
];

/// The pieces of one sentence.
pub(crate) fn normalise(line: &Line<'_>) -> Pieces {
    let mut pieces = Pieces::default();
    let mut i = 0;
    while i < line.letters.len() {
        if line.at(i) == ' ' {
            pieces.space();
            pieces.loose = false;
            i += 1;
            continue;
        }
        if pieces.loose && line.at(i) == '-' {
            pieces.space();
            i += 1;
            continue;
        }
        match RULES.iter().find_map(|rule| rule(line, i, &mut pieces)) {
            Some(next) => i = next.max(i + 1),
            None => {
                pieces.letter(line.letters[i]);
                i += 1;
            }
        }
    }
    pieces
}
