"""The sentence list: plain text files (books, prompts) cut into sentences, plus everyday sentences made from patterns.

Files named *.lines hold one sentence a line; *.txt is running text, Project Gutenberg headers and footers are cut off.
Books lack prices, dates, lists and modern talk, so patterns add them.
"""
import pathlib
import random
import re

START = re.compile(r"\*\*\* ?START OF.*?\*\*\*", re.S)
END = re.compile(r"\*\*\* ?END OF")
SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z])")
PLAIN = re.compile(r"^[A-Za-z0-9 ,.;:?!'\"$%&()-]+$")
TITLES = ("Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Prof.", "Capt.", "Col.", "Gen.", "Rev.", "Hon.")


def key(line):
    """What two sentences share if they are the same apart from case and punctuation."""
    return re.sub(r"[^a-z0-9]+", " ", line.lower()).strip()


def sentences(text):
    """Sentences of running text, each on one line, dialogue quotes kept out."""
    start, end = START.search(text), END.search(text)
    text = text[start.end() if start else 0:end.start() if end else None]
    for paragraph in re.split(r"\n\s*\n", text):
        paragraph = re.sub(r"\s+", " ", paragraph.replace("_", "").replace("--", ", ").replace("`", "'")).strip()
        pending = ""
        for piece in SENTENCE.split(paragraph):
            pending = f"{pending} {piece}".strip()
            if pending.endswith(TITLES):
                continue
            yield re.sub(r"\s+,", ",", pending.replace('"', "")).strip(" '")
            pending = ""


def usable(line):
    words = line.split()
    letters = [w for w in words if w[0].isalpha()]
    return (2 <= len(words) <= 28 and len(line) <= 170 and PLAIN.match(line) and line[-1] in ".!?" and line[0].isupper()
            and not any(len(w) > 2 and w.isupper() for w in words) and len(letters) >= len(words) / 2)


def from_files(folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        text = path.read_text(encoding="utf-8", errors="ignore")
        lines = text.splitlines() if path.suffix == ".lines" else sentences(text)
        yield [line.strip() for line in lines if line.strip() and usable(line.strip())]


NAMES = ("Anna Peter Mary George Susan Robert Emily Thomas Laura Michael Sarah Daniel Grace Henry Alice Frank Julia "
         "Martin Rosa Victor").split()
PLACES = "London Paris Chicago Denver Rome Madrid Seattle Oxford Berlin Vienna Tokyo Texas Canada Brazil Norway Egypt".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
THINGS = ("apples bread cheese milk coffee tea sugar rice eggs butter salt pepper onions oranges soap candles paper "
          "pencils books shoes").split()
JOBS = "teacher doctor lawyer nurse baker driver singer painter farmer pilot engineer writer".split()
MOODS = "happy sad angry tired proud sorry afraid surprised worried excited nervous glad".split()
WORKS = ("bridge garden window kitchen engine computer telephone camera piano station library theater hospital museum "
         "office").split()
PATTERNS = """The {work} opens at {hour}:{minute} and closes at {hour}.
{name} was born on {month} {day}, {year}.
It costs ${price}.{cents}, which is {percent}% more than last year.
Could you buy some {thing}, {thing}, {thing} and {thing}?
{name}, {name}, and {name} will meet us in {place} on {weekday}.
What time does the train to {place} leave?
I can't believe it, {name}!
How are you feeling today, {name}?
I'm so {mood} that you came.
Why are you so {mood}?
Don't be {mood}, {name}; everything will be all right.
Oh no, the {work} is on fire!
What a beautiful {work}!
Please call {name} at {small}, {small}, {small}, {small}.
We need {number} {thing} by {weekday} morning.
The {job} drove {number} miles from {place} to {place}.
Is the {job} from {place} or from {place}?
Thank you very much for the {thing}, {name}.
Where did you put the {thing}?
Look out, {name}!
Come here, please.
Stop that right now, {name}!
In {year}, the {work} was sold for {number} dollars.
First, open the {work}; second, look for the {thing}; third, call the {job}.
She asked me whether the {work} was still open.
If the {job} is {mood}, I will wait until {weekday}.
Good morning, {name}, did you sleep well?
Good night, {name}.
Yes, of course.
No, I don't think so.
Really? I thought {name} was in {place}.
You've got to be joking!
Chapter {small}, page {number}.
The temperature in {place} was {percent} degrees on {weekday}.
My sister is a {job}, my brother is a {job}, and I am a {job}.
Hello, my name is {name}, and I'm calling about the {work}.
Would you rather have {thing} or {thing}?
That was the worst {work} I have ever seen!
They won {small} to {small}.
{name} has {small} cats, {small} dogs, and a {mood} parrot.
The {job} said that the {work} would be ready by half past {small}.
Wait for me!
I love you, {name}.
Leave me alone, I'm {mood}.
Ha, I knew it!
Well, well, look who's here!
Who told you that {name} was a {job}?
The bus number {number} stops near the {work}, doesn't it?""".splitlines()


def from_patterns(count, rng):
    """Everyday sentences; every pattern is used about equally often."""
    fill = dict(name=NAMES, place=PLACES, month=MONTHS, weekday=DAYS, thing=THINGS, job=JOBS, mood=MOODS, work=WORKS,
                hour=range(1, 13), minute=("05", "10", "15", "20", "30", "45", "50"), day=range(1, 29), year=range(1790, 2030),
                price=range(2, 2000), cents=("10", "25", "49", "50", "75", "99"), percent=range(2, 100), small=range(1, 13),
                number=(*range(13, 100), 150, 200, 350, 1200, 4000, 15000))
    out = set()
    for i in range(4 * count):
        out.add(re.sub(r"\{(\w+)\}", lambda m: str(rng.choice(fill[m[1]])), PATTERNS[i % len(PATTERNS)]))
        if len(out) == count:
            break
    return sorted(out)


def collect(folder, total, exclude=(), seed=1):
    """About `total` sentences: an eighth from patterns, the rest from the files in equal shares, questions and
    exclamations first (a third of each share); `exclude` holds sentences that must not appear."""
    rng = random.Random(seed)
    banned = {key(line) for line in exclude}
    chosen = [line for line in from_patterns(total // 8, rng) if key(line) not in banned]
    seen = {key(line) for line in chosen} | banned
    sources = sorted(from_files(folder), key=len)
    for i, lines in enumerate(sources):
        share = (total - len(chosen)) // (len(sources) - i)
        rng.shuffle(lines)
        lively = [line for line in lines if line[-1] in "?!" or "?" in line]
        for line in [*lively[:share // 3], *lines]:
            if share and key(line) not in seen:
                seen.add(key(line))
                chosen.append(line)
                share -= 1
    rng.shuffle(chosen)
    return chosen
