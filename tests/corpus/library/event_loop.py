# modules: asyncio selectors.py concurrent heapq.py
import asyncio, concurrent.futures, contextlib, gc
gc.disable()  # asyncio looks through all tasks that are still there
async def serve(reader, writer):
    while line := await reader.readline(): writer.write(line.upper()); await writer.drain()
    writer.close()
async def producer(queue, n):
    for i in range(n): await queue.put(i)
async def main():
    queue = asyncio.PriorityQueue(2); task = asyncio.create_task(producer(queue, 5)); print([await queue.get() for _ in range(5)], await task)
    semaphore = asyncio.Semaphore(1)
    async def limited(n):
        async with semaphore: await asyncio.sleep(0); return n
    print(await asyncio.gather(*map(limited, range(4))))
    try:
        async with asyncio.TaskGroup() as group: group.create_task(limited(1)); group.create_task(limited(2)); raise KeyError
    except* KeyError: print("group")
    event = asyncio.Event(); asyncio.get_running_loop().call_soon(event.set); await event.wait()
    async with contextlib.AsyncExitStack() as stack: stack.push_async_callback(limited, 5); print(await asyncio.shield(limited(3)))
    reader = asyncio.StreamReader(); reader.feed_data(b"one\ntwo"); reader.feed_eof(); print(await reader.readline(), await reader.read())
    waiting = asyncio.create_task(event.wait()); event.clear(); waiting.cancel("why")
    try: await waiting
    except asyncio.CancelledError: print(waiting.cancelled())
    print(sorted([await each for each in asyncio.as_completed(map(limited, range(3)))]))
asyncio.run(main())
done = concurrent.futures.Future(); done.add_done_callback(lambda f: print("done", f.result())); done.set_result(1)
gc.collect()  # what dies with the interpreter is not counted
