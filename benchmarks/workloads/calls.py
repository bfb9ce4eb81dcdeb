"""Calls and little else: the recursive Fibonacci numbers, and objects whose methods do one small thing each."""

import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


class Account:
    def __init__(self, number):
        self.number = number
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if not self.covers(amount):
            return False
        self.balance -= amount
        return True

    def covers(self, amount):
        return self.balance >= amount

    @property
    def digest(self):
        return self.number * 31 ^ self.balance


class SavingsAccount(Account):
    def __init__(self, number, floor):
        super().__init__(number)
        self.floor = floor

    def covers(self, amount):
        return self.balance - amount >= self.floor


class Bank:
    def __init__(self, size):
        self.accounts = [Account(i) if i % 3 else SavingsAccount(i, 10) for i in range(size)]
        self.refused = 0

    def account(self, number):
        return self.accounts[number % len(self.accounts)]

    def transfer(self, source, target, amount):
        if self.account(source).withdraw(amount):
            self.account(target).deposit(amount)
        else:
            self.refused += 1

    def digest(self):
        return sum(account.digest for account in self.accounts) + self.refused


def banking(rounds):
    bank = Bank(97)
    for number in range(97):
        bank.account(number).deposit(100)
    for step in range(rounds):
        bank.transfer(step * 7, step * 11 + 3, step % 41)
    return bank.digest()


def main(scale=1.0):
    trees = sum(fib(17) for _ in range(int(700 * scale)))
    print("calls", trees, banking(int(750_000 * scale)))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
