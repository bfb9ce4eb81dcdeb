# modules: heapq.py bisect.py
import sys
sys.modules["_heapq"] = sys.modules["_bisect"] = None
import heapq, bisect
heap = [(i * 7919) % 101 for i in range(60)]
heapq.heapify(heap)
for i in range(20):
    heapq.heappush(heap, i * 3 % 17)
print([heapq.heappop(heap) for _ in range(30)], heapq.heapreplace(heap, 5), heapq.heappushpop(heap, 1))
print(heapq.nlargest(3, heap), heapq.nsmallest(4, heap, key=lambda x: -x), list(heapq.merge([1, 4], [2, 3], [], key=abs)))
print(list(heapq.merge([9, 5], [7, 2], reverse=True)), [bisect.bisect(sorted(heap), x) for x in range(0, 90, 9)])
