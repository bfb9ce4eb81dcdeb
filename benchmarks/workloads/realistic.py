"""A small program of the usual kind: JSON written and parsed again in pure Python, and a job scheduler simulated."""

import sys

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
UNESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
NAMES = {"true": True, "false": False, "null": None}


def escape(text):
    return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'


def encode(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list):
        return "[" + ",".join(encode(item) for item in value) + "]"
    return "{" + ",".join(f"{escape(key)}:{encode(item)}" for key, item in value.items()) + "}"


class Parser:
    """Recursive descent over a string, one method per rule."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def expect(self, letter):
        if self.peek() != letter:
            raise ValueError(f"no {letter!r} at {self.at}")
        self.at += 1

    def value(self):
        letter = self.peek()
        if letter == "{":
            return self.object()
        if letter == "[":
            return self.array()
        if letter == '"':
            return self.string()
        if letter.isdigit() or letter == "-":
            return self.number()
        return self.name()

    def object(self):
        members = {}
        self.expect("{")
        while self.peek() != "}":
            if members:
                self.expect(",")
            key = self.string()
            self.expect(":")
            members[key] = self.value()
        self.expect("}")
        return members

    def array(self):
        items = []
        self.expect("[")
        while self.peek() != "]":
            if items:
                self.expect(",")
            items.append(self.value())
        self.expect("]")
        return items

    def string(self):
        self.expect('"')
        letters = []
        while (letter := self.peek()) != '"':
            self.at += 1
            if letter == "\\":
                letter = UNESCAPES[self.peek()]
                self.at += 1
            letters.append(letter)
        self.expect('"')
        return "".join(letters)

    def number(self):
        begin = self.at
        self.at += 1
        while self.peek().isdigit():
            self.at += 1
        return int(self.text[begin : self.at])

    def name(self):
        for name, value in NAMES.items():
            if self.text.startswith(name, self.at):
                self.at += len(name)
                return value
        raise ValueError(f"unknown name at {self.at}")


def make_document(seed):
    people = []
    for i in range(6):
        tags = ["tag\t%d" % k for k in range(i % 4)]
        age = (seed * 13 + i * 7) % 90 - 5
        people.append({"name": f'person "{seed + i}"', "age": age, "boss": i == 0, "room": None, "tags": tags})
    return {"seed": seed, "people": people, "empty": {}, "notes": "line one\nline two"}


def convert_documents(count):
    length = 0
    for seed in range(count):
        document = make_document(seed)
        text = encode(document)
        if Parser(text).value() != document:
            raise AssertionError("a document changed on its way")
        length += len(text)
    return length


class Job:
    def __init__(self, number, cost, priority):
        self.number = number
        self.cost = cost
        self.priority = priority
        self.ready_at = 0

    def __lt__(self, other):
        return (self.ready_at, self.priority, self.number) < (other.ready_at, other.priority, other.number)


class Queue:
    """A binary heap."""

    def __init__(self):
        self.items = []

    def __len__(self):
        return len(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        at = len(items) - 1
        while at > 0:
            parent = (at - 1) // 2
            if not items[at] < items[parent]:
                break
            items[at], items[parent] = items[parent], items[at]
            at = parent

    def pop(self):
        items = self.items
        items[0], items[-1] = items[-1], items[0]
        first = items.pop()
        at = 0
        while (child := at * 2 + 1) < len(items):
            if child + 1 < len(items) and items[child + 1] < items[child]:
                child += 1
            if not items[child] < items[at]:
                break
            items[at], items[child] = items[child], items[at]
            at = child
        return first


class Scheduler:
    """Runs jobs in slices; a job that is not done comes back later."""

    SLICE = 4

    def __init__(self):
        self.queue = Queue()
        self.now = 0
        self.waited = 0

    def step(self):
        job = self.queue.pop()
        self.waited += max(0, self.now - job.ready_at)
        self.now = max(self.now, job.ready_at) + min(job.cost, self.SLICE)
        job.cost -= self.SLICE
        if job.cost > 0:
            job.ready_at = self.now + job.number % 5
            self.queue.push(job)

    def run(self):
        while len(self.queue):
            self.step()
        return self.now * 3 + self.waited


def simulate(count):
    scheduler = Scheduler()
    for number in range(count):
        scheduler.queue.push(Job(number, number * 37 % 23 + 1, number % 4))
    return scheduler.run()


def main(scale=1.0):
    print("realistic", convert_documents(int(5200 * scale)), simulate(int(26000 * scale)))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
