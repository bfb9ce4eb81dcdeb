"""Coroutines and async generators: asend, athrow, aclose; cancelled, shielded and nested tasks; groups and timeouts."""
import asyncio
import contextlib
import contextvars

log = []
context = contextvars.ContextVar("context", default=0)


async def ticks(n, name="ticks"):
    i = 0
    try:
        while i < n:
            try:
                got = yield i
            except KeyError:
                got = yield "handled"
            i += got or 1
            await asyncio.sleep(0)
    except GeneratorExit:
        log.append(name + " exit")
        raise
    finally:
        await asyncio.sleep(0)
        log.append(name + " finally")


async def step(n):
    if n == 0:
        await asyncio.sleep(0)
        return 0
    return 1 + await step(
        n - 1
    )


async def failing(kind):
    await asyncio.sleep(0)
    raise kind("failed")


async def patient(name, last=0):
    for attempt in range(3):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append(f"{name} cancelled {attempt}")
            if attempt == last: raise
            continue
        finally:
            await asyncio.sleep(0)
            log.append(f"{name} finally")
    return "never"


async def generators():
    g = ticks(9)
    seen = [await anext(g), await g.asend(3), await g.athrow(KeyError), await g.asend(None)]
    await g.aclose()
    try:
        await ticks(1).athrow(OSError)
    except OSError:
        seen.append("os")
    async with contextlib.aclosing(ticks(5, "closing")) as source:
        async for x in source:
            if x == 2: break
    abandoned = ticks(2, "abandoned")
    await anext(abandoned)
    del abandoned
    for _ in range(3): await asyncio.sleep(0)
    seen.append(await anext(ticks(0, "none"), "default"))
    return seen


async def cancelling():
    task = asyncio.create_task(patient("a", 1), name="a")
    await asyncio.sleep(0)
    for _ in range(2):
        task.cancel()
        for _ in range(3): await asyncio.sleep(0)
    try:
        await task
    except asyncio.CancelledError:
        log.append("gone")
    inner = asyncio.create_task(step(3))
    outer = asyncio.shield(inner)
    outer.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await outer
    return await inner, task.cancelled()


async def groups():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(patient("p"))
            first = group.create_task(step(2))
            group.create_task(failing(ValueError))
            group.create_task(failing(KeyError))
    except* ValueError as errors:
        log.append(len(errors.exceptions))
    except* KeyError as errors:
        log.append(str(errors.exceptions[0]))
    results = await asyncio.gather(step(1), failing(OSError), *(step(n) for n in range(3)), return_exceptions=True)
    return first.result(), [r if isinstance(r, int) else type(r).__name__ for r in results]


async def timeouts():
    try:
        async with asyncio.timeout(0):
            await patient("t")
    except TimeoutError: log.append("timeout")
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.001)
    except asyncio.TimeoutError:
        log.append("wait_for")
    done, waiting = await asyncio.wait([asyncio.create_task(step(1)), asyncio.create_task(asyncio.Event().wait())],
                                       return_when=asyncio.FIRST_COMPLETED)
    for task in waiting: task.cancel()
    for each in asyncio.as_completed([step(2)]):
        return await each, len(done)


async def several():
    condition, lock, queue = asyncio.Condition(), asyncio.Lock(), asyncio.Queue(1)

    async def producer():
        for i in range(3):
            context.set(i)
            await queue.put(i)
        async with condition: condition.notify_all()

    async def consumer():
        total = 0
        while total < 3:
            async with lock:
                total += await queue.get()
        return total, context.get()

    async with condition:
        tasks = [asyncio.create_task(producer()), asyncio.create_task(consumer())]
        await condition.wait()
    return await tasks[1], (await asyncio.to_thread(lambda: [x for x in range(3)]))[-1]


async def main():
    for part in (generators, cancelling, groups, timeouts, several):
        print(part.__name__, await asyncio.create_task(part()), *log)
        log.clear()
    never = step(1)
    never.close()
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "soon")
    print(await future)


asyncio.run(main())
