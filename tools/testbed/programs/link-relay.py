"""Relays Ethernet frames between interfaces, with faults: link-relay.py SEED INTERFACE...

Reads a line of JSON with the faults now and then, and writes "ready" after each: loss, duplication and corruption in a
thousand, delay and jitter in milliseconds. Ends with its input.
"""

import heapq
import json
import random
import select
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET = 263
# Frames come with what is left to do about their checksums, and are sent on with it.
PACKET_VNET_HDR = 15
VNET_HDR = 10
ETHERNET = 14

chance = random.Random(int(sys.argv[1]))
links = []
for name in sys.argv[2:]:
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    link.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    link.bind((name, ETH_P_ALL))
    link.setblocking(False)
    links.append(link)


def happens(per_mille):
    return chance.randrange(1000) < per_mille


def corrupted(frame):
    octets = bytearray(frame)
    # Not the addresses of the frame: that would be a loss.
    place = chance.randrange(VNET_HDR + ETHERNET, len(octets))
    octets[place] ^= chance.randrange(1, 256)
    # Its checksum is what it was, and is looked at: the header of the device says no more that it need not be.
    octets[:VNET_HDR] = bytes(VNET_HDR)
    return bytes(octets)


faults = {}
waiting = []
number = 0
while True:
    pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    readable, _, _ = select.select([sys.stdin, *links], [], [], pause)
    now = time.monotonic()
    for ready in readable:
        if ready is sys.stdin:
            line = sys.stdin.readline()
            if not line:
                sys.exit(0)
            faults = json.loads(line)
            print("ready", flush=True)
            continue
        try:
            frame, (_, _, kind, *_) = ready.recvfrom(65536 + VNET_HDR)
        except OSError:
            continue
        if kind == socket.PACKET_OUTGOING or happens(faults.get("loss", 0)):
            continue
        if happens(faults.get("corruption", 0)) and len(frame) > VNET_HDR + ETHERNET:
            frame = corrupted(frame)
        for _ in range(2 if happens(faults.get("duplication", 0)) else 1):
            late = faults.get("delay", 0) + chance.randrange(faults.get("jitter", 0) + 1)
            for other in links:
                if other is not ready:
                    number += 1
                    heapq.heappush(waiting, (now + late / 1000, number, other, frame))
    now = time.monotonic()
    while waiting and waiting[0][0] <= now:
        _, _, link, frame = heapq.heappop(waiting)
        try:
            link.send(frame)
        except OSError:
            pass
