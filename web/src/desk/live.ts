// Follows the workshop over the socket of the plenary: what others change is there at once. It speaks events
// only and holds no document.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import type { Workshop } from "../model/page";
import { clock } from "../sync/clock";
import { mayReturn, retryDelayMs } from "../sync/close";

const EVENT = 64;
const PING_MS = 15_000;
const STEADY_MS = 10_000;
/** As a browser says that a connection broke. */
const SILENT = 1006;

export interface Followed {
  /** `state` of a connection: trying, open, or given up. */
  linked(state: "trying" | "open" | "lost"): void;
  greeted(revision: number): void;
  state(workshop: Workshop): void;
}

interface Event {
  type: string;
  revision?: number;
  workshop?: Workshop;
  server_time?: number;
  t?: number;
}

export function follow(address: string, followed: Followed): void {
  let attempt = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  /** Gives up the connection there is; null when there is none. */
  let leave: ((code: number) => void) | null = null;

  const connect = () => {
    followed.linked("trying");
    const socket = new WebSocket(address, ["tablee.1"]);
    socket.binaryType = "arraybuffer";
    let greetedAt = 0;
    let heard = false;
    const ping = () => send(socket, { type: "ping", t: clock.stamp() });
    // whoever sleeps or loses the network is not told: silence is the sign
    const pings = setInterval(() => {
      if (!heard) return end(SILENT);
      heard = false;
      ping();
    }, PING_MS);
    const end = (code: number) => {
      if (leave !== end) return;
      leave = null;
      clearInterval(pings);
      socket.close();
      again = undefined;
      if (!mayReturn(code)) return followed.linked("lost");
      followed.linked("trying");
      if (greetedAt && Date.now() - greetedAt > STEADY_MS) attempt = 0;
      again = setTimeout(connect, retryDelayMs(attempt++, Math.random()));
    };
    leave = end;
    socket.onmessage = (message) => {
      if (leave !== end) return;
      heard = true;
      const event = message.data instanceof ArrayBuffer ? eventIn(new Uint8Array(message.data)) : null;
      if (event?.type === "hello") {
        greetedAt = Date.now();
        clock.greeted(event.server_time ?? Date.now());
        ping();
        followed.linked("open");
        followed.greeted(event.revision ?? 0);
      } else if (event?.type === "state" && event.workshop) followed.state(event.workshop);
      else if (event?.type === "pong") {
        clock.answered(Number(event.t), Number(event.server_time));
        followed.linked("open");
      }
    };
    socket.onclose = ({ code }) => end(code);
  };
  connect();
  addEventListener("offline", () => leave?.(SILENT));
  addEventListener("online", () => {
    if (leave !== null || again === undefined) return;
    clearTimeout(again);
    again = undefined;
    attempt = 0;
    connect();
  });
}

function eventIn(frame: Uint8Array): Event | null {
  const decoder = decoding.createDecoder(frame);
  if (decoding.readVarUint(decoder) !== EVENT) return null;
  return JSON.parse(decoding.readVarString(decoder)) as Event;
}

function send(socket: WebSocket, event: object): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, EVENT);
  encoding.writeVarString(encoder, JSON.stringify(event));
  socket.send(encoding.toUint8Array(encoder));
}
