"""asyncio: tasks, gather, queues, async for, async with, async generators and comprehensions, timeouts, cancellation."""
import asyncio
import contextlib


class Resource:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *error):
        await asyncio.sleep(0)
        return error[0] is ValueError


class Ticker:
    def __init__(self, limit):
        self.limit = limit

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.limit -= 1
        if self.limit < 0:
            raise StopAsyncIteration
        await asyncio.sleep(0)
        return self.limit


async def numbers(limit):
    try:
        for i in range(limit):
            yield i
            await asyncio.sleep(0)
    finally:
        print("numbers closed")


@contextlib.asynccontextmanager
async def managed():
    yield "managed"
    await asyncio.sleep(0)


async def worker(queue, results):
    while True:
        item = await queue.get()
        if item is None: break
        results.append(item * item)
        queue.task_done()
    return len(results)


async def cancelled():
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main():
    async with Resource() as resource, managed() as name:
        print(name)
        raise ValueError(resource)
    async for tick in Ticker(3):
        print(tick)
    else:
        print("ticked")
    print([n async for n in numbers(3)], {n: await asyncio.sleep(0, n) async for n in numbers(2) if n})
    queue, results = asyncio.Queue(), []
    task = asyncio.create_task(worker(queue, results))
    for i in range(4): queue.put_nowait(i)
    await queue.join()
    queue.put_nowait(None)
    print(await task, results)
    waiting = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    waiting.cancel()
    print(await asyncio.gather(waiting, asyncio.sleep(0, "slept"), return_exceptions=True))
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0))
    generator = numbers(5)
    print(await anext(generator), await generator.asend(None))
    await generator.aclose()
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(30)
    except TimeoutError:
        print("timeout")


asyncio.run(main())
