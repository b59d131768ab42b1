import { readFile } from 'node:fs/promises'

/**
 * Datagrams that the kernel dropped of all sockets on a UDP port, because nobody had read those
 * before them: the last column of /proc/net/udp. 0 where there is no such file.
 */
export async function readUdpDrops(port: number): Promise<number> {
  const tables = await Promise.all(
    ['/proc/net/udp', '/proc/net/udp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  return tables.reduce((sum, table) => sum + dropsIn(table, port), 0)
}

export function dropsIn(table: string, port: number): number {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  let drops = 0
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    if (columns[1]?.endsWith(`:${wanted}`)) drops += Number(columns.at(-1)) || 0
  }
  return drops
}
