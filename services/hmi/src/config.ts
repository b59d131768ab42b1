import { list, port } from '@mla/kit'
import { z } from 'zod'
import { accessEnv } from './access/settings.ts'

const atLeast = (low: number) => z.coerce.number().int().min(low)

/** The settings of the HMI's server, by the names of their environment variables. */
export const hmiConfig = z.object({
  /** Port of the page, of GraphQL, of health and metrics; 0 takes a free one. */
  MLA_HTTP_PORT: port.default(8080),
  /** Address to listen on. With MLA_AUTH=off publish it on loopback only. */
  MLA_HTTP_HOST: z.string().default('127.0.0.1'),
  /** Host names with a dot in them that browsers may use for this server, `a,b`. */
  MLA_HTTP_NAMES: list.default([]),
  ...accessEnv,
  /** Health and metrics without TLS, where the rest is with it. */
  MLA_HEALTH_PORT: port.default(9464),
  /** Where Alertmanager answers, such as `http://alertmanager:9093`: its alerts are shown beside the alarms. */
  MLA_ALERTMANAGER_URL: z.string().default(''),
  /** How many minutes of all samples are kept in memory. */
  MLA_HOT_MINUTES: z.coerce.number().positive().max(120).default(7),
  /** Megabytes that those minutes may take; beyond them the oldest go first. */
  MLA_HOT_MEGABYTES: atLeast(1).default(160),
  /** How often changes are sent to subscribers, in milliseconds. */
  MLA_LIVE_TICK_MS: atLeast(10).max(5_000).default(100),
  /** WebSockets that may be open at once. */
  MLA_LIVE_CLIENTS: atLeast(1).default(500),
  /** Subscriptions of one WebSocket. */
  MLA_LIVE_SUBSCRIPTIONS: atLeast(1).default(100),
  /** Kilobytes unsent to a client from which on it counts as slow. */
  MLA_LIVE_BUFFER_KB: atLeast(16).default(1024),
  /** Samples that wait for a client, beside two for each of its points, before they are folded. */
  MLA_LIVE_QUEUE: atLeast(1).default(10_000),
  /** A client that takes nothing for so long is closed. */
  MLA_LIVE_STALL_SECONDS: z.coerce.number().positive().default(60),
  /** How far back `samples(since:)` may reach, in hours. */
  MLA_LIVE_REPLAY_HOURS: z.coerce.number().positive().default(24),
})

export type HmiSettings = z.output<typeof hmiConfig>
