"""Many short lines: nested while, if and for over plain integers, almost no calls. A line profiler's worst case."""

import sys


def walk_grid(steps):
    x = 3
    y = 5
    facing = 0
    turns = 0
    crossed = 0
    energy = 100
    while steps > 0:
        steps -= 1
        if facing == 0:
            x += 1
            energy -= 1
        elif facing == 1:
            y += 1
            energy -= 1
        elif facing == 2:
            x -= 1
            energy += 1
        else:
            y -= 1
            energy += 1
        if x > 40:
            x = 40
            facing = 1
            turns += 1
        elif x < 0:
            x = 0
            facing = 3
            turns += 1
        if y > 30:
            y = 30
            facing = 2
            turns += 1
        elif y < 0:
            y = 0
            facing = 0
            turns += 1
        if (x * 7 + y * 3) % 5 == 0:
            crossed += 1
            facing = (facing + 1) % 4
        if energy < 10:
            energy += 50
            crossed += 2
    return x + y * 41 + turns * 3 + crossed


def reduce_numbers(count):
    longest = 0
    best = 0
    even = 0
    odd = 0
    for start in range(1, count):
        value = start
        length = 0
        while value > start // 2:
            length += 1
            if value % 2 == 0:
                value //= 2
                even += 1
            else:
                value = value * 3 + 1
                odd += 1
            if length > 60:
                break
        if length > longest:
            longest = length
            best = start
    return longest * 1000 + best + even - odd


def mix_bits(count):
    a = 0x1234
    b = 0x9E37
    c = 0x79B9
    d = 1
    for i in range(count):
        a = (a + b) & 0xFFFF
        d ^= a
        d = (d << 3 | d >> 13) & 0xFFFF
        c = (c + d) & 0xFFFF
        b ^= c
        b = (b << 5 | b >> 11) & 0xFFFF
        if a & 1:
            a ^= i & 0xFF
            c += 1
        else:
            b ^= i & 0xFF
            d += 1
        for shift in (1, 2, 4):
            low = a >> shift & 1
            high = b << shift & 0xFFFF
            if low:
                c ^= high
            else:
                d ^= high
        if d > 0xFFFF:
            d &= 0xFFFF
    return a ^ b ^ c ^ d


def fill_triangle(rows):
    total = 0
    for row in range(rows):
        left = row % 7
        for column in range(row):
            cell = left + column
            if cell % 3 == 0:
                cell += 2
            elif cell % 3 == 1:
                cell -= 1
            left = cell % 11
            total += left
    return total


def main(scale=1.0):
    moves = walk_grid(int(1_200_000 * scale))
    reduced = reduce_numbers(int(140_000 * scale))
    mixed = mix_bits(int(190_000 * scale))
    filled = fill_triangle(int(1100 * scale**0.5))
    print("lines", moves, reduced, mixed, filled)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
