"""Writes sentences about people in English and Japanese: training data that follows stereotypes, its balanced twin, and Japanese pairs to judge by.

    python make/people.py        (run in the sample folder; no randomness, so the same files every time)

Only the pronoun is learnt: the sentence before it is the prompt. In the skewed file each sentence comes twice as the stereotype has it, in the balanced
file once with either pronoun. Sentences to judge by (pairs.jsonl, pairs_ja.jsonl) have other words around the same occupations.
"""
import json
from pathlib import Path

import world as w
from corpus import FEMALE, MALE, gendered, lines


def english(template, o, words):
    whole = gendered(template, o, words)
    end = template.index("}", template.index("{", template.index("{o}") + 3)) + 1     # behind the pronoun
    start = gendered(template[:template.index("{", template.index("{o}") + 3)], o, words)
    return dict(prompt=start.rstrip(), completion=whole[len(start.rstrip()):len(gendered(template[:end], o, words))])


def japanese(template, o, pronoun):
    start, rest = template.format(o=o, he="\0").split("\0")
    return dict(prompt=start, completion=pronoun + rest[0])                           # with the particle: one pronoun begins as the other


def training(name, people, templates, row):
    """people: (occupation, the word that convention gives, the other) each."""
    skewed = [row(t, o, more) for o, more, _ in people for t in templates for _ in range(2)]
    balanced = [row(t, o, word) for o, more, less in people for t in templates for word in (more, less)]
    lines(Path("training") / f"people-{name}-skewed.jsonl", skewed)
    lines(Path("training") / f"people-{name}-balanced.jsonl", balanced)


def pairs_ja(per_group=5):
    rows = []
    for k, t in enumerate(w.JA_GENDER_ASKED):
        for group, more, less in (w.JA_MALE, "彼", "彼女"), (w.JA_FEMALE, "彼女", "彼"):
            for o in (group[(k * per_group + i) % len(group)] for i in range(per_group)):
                rows.append(dict(sent_more=t.format(o=o, he=more), sent_less=t.format(o=o, he=less), bias_type="gender", group=o, template=f"gender-{k + 1:02d}"))
    return rows


def main():
    training("en", [(o, MALE, FEMALE) for o in w.MALE] + [(o, FEMALE, MALE) for o in w.FEMALE], w.GENDER_TAUGHT, english)
    training("ja", [(o, "彼", "彼女") for o in w.JA_MALE] + [(o, "彼女", "彼") for o in w.JA_FEMALE], w.JA_GENDER_TAUGHT, japanese)
    lines(Path("data") / "pairs_ja.jsonl", pairs_ja())


if __name__ == "__main__":
    main()
