"""Generated articles and what becomes of them: copies, edited or shortened, and updates, which are none."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

SYLLABLES = [first + second for first in "bdfgklmnprstv" for second in ("a", "e", "i", "o", "u", "an", "er")]
FUNCTION_WORDS = """
    the of to and in a that for on was with said by at from it is has had as were his he be after its they
""".split()  # noqa: SIM905 - a list of twenty-seven strings is not easier to read
BYLINES = ["By our own correspondent.", "Agencies contributed to this report.", "Reported from the capital."]
WORDS_A_SENTENCE = (8, 26)


class Newsroom:
    """Writes articles as lists of sentences; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        words = sorted({self._made(2) for _ in range(1500)} | {self._made(3) for _ in range(1500)})
        self.chance.shuffle(words)
        self.words = words
        self.weights = [1 / (place + 10) for place in range(len(words))]
        self.names = [word.capitalize() for word in self.chance.sample(words, 400)]

    def _made(self, syllables: int) -> str:
        return "".join(self.chance.choice(SYLLABLES) for _ in range(syllables))

    def word(self) -> str:
        if self.chance.random() < 0.4:
            return self.chance.choice(FUNCTION_WORDS)
        return self.chance.choices(self.words, self.weights)[0]

    def article(self, sentences: int) -> list[str]:
        """Sentences with a few names and figures of their own, as a story has; the first ends with one."""
        people = self.chance.sample(self.names, 6)
        written = []
        for _ in range(sentences):
            words = [self.word() for _ in range(self.chance.randint(*WORDS_A_SENTENCE))]
            for place in range(1, len(words)):
                if self.chance.random() < 0.1:
                    words[place] = self.chance.choice(people)
                elif self.chance.random() < 0.03:
                    words[place] = str(self.chance.randint(2, 4000))
            if not written:
                words.append(str(self.chance.randint(2, 4000)))
            written.append(" ".join([words[0].capitalize(), *words[1:]]) + ".")
        return written

    def edited(self, sentences: Sequence[str], share: float) -> list[str]:
        """With this share of the words changed, no figure: half replaced, a quarter cut, a quarter added."""
        edited = []
        for sentence in sentences:
            words = []
            for word in sentence.split():
                if word[0].isdigit() or self.chance.random() >= share:
                    words.append(word)
                    continue
                change = self.chance.choice(["replace", "replace", "cut", "add"])
                words += {"replace": [self.word()], "cut": [], "add": [word, self.word()]}[change]
            edited.append(" ".join(words))
        return [sentence for sentence in edited if sentence]

    def without(self, sentences: Sequence[str], share: float) -> list[str]:
        """With this share of the sentences left out, never the first."""
        gone = set(self.chance.sample(range(1, len(sentences)), round(share * len(sentences))))
        return [sentence for place, sentence in enumerate(sentences) if place not in gone]

    def with_byline(self, sentences: Sequence[str]) -> list[str]:
        return [*sentences, self.chance.choice(BYLINES)]

    def updated(self, sentences: Sequence[str]) -> list[str]:
        """The same words with another figure in the place of one, wherever that stands; one must be there."""
        text = "\n".join(sentences)
        old = self.chance.choice(sorted(set(re.findall(r"\b\d+\b", text))))
        return re.sub(rf"\b{old}\b", str(int(old) + self.chance.randint(1, 90)), text).split("\n")

    def form(self) -> tuple[list[str], list[str]]:
        """A short notice, and the same one of somebody else."""
        words = [self.word() for _ in range(24)]
        places = sorted(self.chance.sample(range(1, 24), 5))
        notices = []
        for names in (self.names[:200], self.names[200:]):
            filled = dict(zip(places, self.chance.sample(names, 5), strict=True))
            said = [filled.get(place, word) for place, word in enumerate(words)]
            notices.append([" ".join([said[0].capitalize(), *said[1:]]) + "."])
        return notices[0], notices[1]
