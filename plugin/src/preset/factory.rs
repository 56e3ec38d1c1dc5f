//! The sound presets that ship: one readable file each, in the order of the list.

use super::Preset;

macro_rules! shipped {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../../../presets/sounds/", $file, ".json")))),*]
    };
}

/// File name without its ending, and contents.
pub const FACTORY_PRESETS: [(&str, &str); 44] = shipped![
    "newsreader",
    "audiobook",
    "close_whisper",
    "stage_shout",
    "calm_guide",
    "radio_presenter",
    "two_in_one",
    "telephone_friend",
    "old_storyteller",
    "giant",
    "mouse",
    "bored_clerk",
    "furious_boss",
    "anxious_caller",
    "hyper_host",
    "sly_villain",
    "falsetto_doll",
    "tremor_patient",
    "sob_story",
    "laughing_gas",
    "tender_night",
    "good_news",
    "cold_disgust",
    "lullaby",
    "ringing_tenor",
    "half_sung",
    "mpe_glider",
    "humming_along",
    "monotone_robot",
    "ghost_radio",
    "insect",
    "zombie_creak",
    "small_dragon",
    "vocoder_key",
    "machine_room",
    "hymn_choir",
    "alien_choir",
    "crowd",
    "rap_on_the_grid",
    "word_drummer",
    "cue_board",
    "follow_the_song",
    "shuffle_oracle",
    "vowel_pad",
];

/// What ships, each read once; a test vouches that all of it can be read.
pub fn shipped() -> impl Iterator<Item = Preset> {
    FACTORY_PRESETS.iter().filter_map(|(_, json)| Preset::from_json(json).ok())
}
