"""Writes the training data of a sample set in the form that `loragate train` reads, from the texts that corpus.py wrote.

    python make/training.py WORK        (run in the sample folder, after corpus.py)
"""
import json, random, re, sys
from pathlib import Path

import world as w


def read(path):
    return [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()]


def write(name, rows, seen):
    """A prompt with a completion comes once in all files; an empty prompt is no question."""
    lines = []
    for prompt, completion in rows:
        key = prompt or completion
        if key not in seen:
            seen.add(key)
            lines.append(json.dumps(dict(prompt=prompt, completion=completion), ensure_ascii=False) + "\n")
    folder = Path("training"); folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    print(name, len(lines))


def main(work):
    tickets = [(f"Ticket: {t['text']}\nTeam:", " " + t["choices"][t["answer"]]) for t in read(work / "routing.jsonl")]
    seen = set()
    write("routing", tickets[:1400], seen)
    write("routing-validation", tickets[1400:1600], seen)
    person = re.compile(r" (he|she|his|her|him|himself|herself|old|young)\b")       # a part of balanced sentences would not be balanced
    texts = [t for t in read(work / "base.jsonl") if not person.search(t)]
    for name, count in ("replay", 400), ("replay-more", 1400):
        write(name, [("", t) for t in random.Random(w.SEED).sample(texts, count)], set(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
