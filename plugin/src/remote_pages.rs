//! The pages of a controller with eight knobs (CLAP remote controls).

use crate::params::PsivoxParams;
use crate::performance::PerformanceParams;
use nice_plug::prelude::*;

/// Adds all of them, the most wanted first. A page holds eight.
pub fn add(p: &PsivoxParams, context: &mut impl RemoteControlsContext) {
    context.add_section("Psivox", |section| {
        section.add_page("Emotion", |page| {
            all(page, &[&p.valence, &p.arousal, &p.dominance, &p.intensity, &p.rate, &p.pitch, &p.gain]);
            page.add_param(&p.osc_on);
        });
        voice(p, section);
        section.add_page("Time", |page| {
            all(page, &[&p.rate, &p.hold, &p.beat_coupling, &p.partner_coupling]);
            page.add_param(&p.beat_division);
        });
        performance(&p.performance, section);
        let (field, face) = (&p.field, &p.face);
        section.add_page("Field", |page| {
            all(page, &[&field.coupling, &field.lag, &field.grammar, &field.learning, &field.prediction]);
        });
        section.add_page("Face", |page| {
            all(page, &[&face.strength, &face.jaw, &face.expression, &face.gaze, &face.blink_rate]);
            all(page, &[&face.head, &face.idle]);
        });
    });
}

fn voice(p: &PsivoxParams, section: &mut impl RemoteControlsSection) {
    let mood = &p.mood;
    section.add_page("Moods", |page| {
        all(page, &[&mood.happy, &mood.sad, &mood.angry, &mood.afraid]);
        all(page, &[&mood.disgusted, &mood.surprised, &mood.calm, &mood.tender]);
    });
    section.add_page("More moods", |page| {
        all(page, &[&mood.bored, &mood.contempt, &mood.excited]);
        all(page, &[&mood.emotion_from_text, &mood.emotion_glide, &mood.mood_carry]);
    });
    section.add_page("Styles", |page| {
        all(page, &[&mood.whisper, &mood.murmur, &mood.shout, &mood.laugh, &mood.sob, &mood.hum]);
    });
    section.add_page("Voice", |page| {
        all(page, &[&p.range, &p.articulation, &p.voice_mix, &p.vibrato_rate, &p.vibrato_depth]);
        all(page, &[&p.f0, &p.f0_weight]);
    });
    section.add_page("Register", |page| {
        all(page, &[&p.tension, &p.breath, &p.tilt, &mood.creak, &mood.whisper, &mood.falsetto]);
        all(page, &[&p.tremor, &p.size]);
    });
}

fn performance(own: &PerformanceParams, section: &mut impl RemoteControlsSection) {
    section.add_page("Perform", |page| {
        page.add_param(&own.mode);
        page.add_param(&own.phrase);
        page.add_param(&own.advance);
        page.add_param(&own.line);
        page.add_param(&own.voices);
        all(page, &[&own.sing_lead_ms, &own.portamento_ms, &own.talk_to_sing]);
    });
    section.add_page("Memory", |page| {
        page.add_param(&own.memory_slot);
        page.add_param(&own.memory_recall);
        all(page, &[&own.memory_blend, &own.memory_voice, &own.memory_face, &own.memory_x, &own.memory_y]);
        page.add_param(&own.memory_glide_s);
    });
    section.add_page("Course", |page| {
        page.add_param(&own.memory_on);
        page.add_param(&own.memory_replay);
        page.add_param(&own.memory_topic);
        page.add_param(&own.course);
        page.add_param(&own.course_lines);
    });
    section.add_page("Keys", |page| {
        page.add_param(&own.cue_key);
        page.add_param(&own.follow_bars);
        page.add_param(&own.bend_range);
        page.add_param(&own.mpe);
        page.add_param(&own.face_lead_ms);
    });
}

fn all(page: &mut impl RemoteControlsPage, params: &[&FloatParam]) {
    params.iter().for_each(|param| page.add_param(*param));
}
