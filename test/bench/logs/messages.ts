import type { Priority } from '@mla/model'

type Form = readonly [process: string, priority: Priority, text: string]

/** Forms of lines as the six systems of the recipes write them; what is in braces changes. */
const forms: readonly Form[] = [
  ['dfs.DataNode$PacketResponder', 'INFO', 'PacketResponder {9} for block {blk} terminating'],
  [
    'dfs.FSNamesystem',
    'INFO',
    'BLOCK* NameSystem.addStoredBlock: blockMap updated: {ip}:50010 is added to {blk} size {99999999}',
  ],
  [
    'dfs.DataNode$DataXceiver',
    'INFO',
    'Receiving block {blk} src: /{ip}:{60000} dest: /{ip}:50010',
  ],
  ['sshd', 'INFO', 'Failed password for invalid user {user} from {ip} port {60000} ssh2'],
  [
    'sshd',
    'NOTICE',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ip} user=root',
  ],
  [
    'sshd',
    'WARNING',
    'reverse mapping checking getaddrinfo for host-{999}.example.org [{ip}] failed - POSSIBLE BREAK-IN ATTEMPT!',
  ],
  ['httpd', 'ERROR', '[client {ip}] File does not exist: /var/www/html/scripts/{user}{999}'],
  ['httpd', 'NOTICE', 'jk2_init() Found child {30000} in scoreboard slot {99}'],
  ['QuorumPeer', 'WARNING', 'Cannot open channel to {9} at election address /{ip}:3888'],
  ['SendWorker', 'INFO', 'Received connection request /{ip}:{60000}'],
  [
    'kernel',
    'ERROR',
    'ACPI: PCI Interrupt Link [LNK{9}] (IRQs {9} {99}) disabled, CPU{99} temperature {99} C above threshold',
  ],
  ['crond', 'DEBUG', '({user}) CMD (run-parts /etc/cron.hourly) took {999} ms and {99999} bytes'],
  [
    'mount',
    'INFO',
    'Tel{09} actuator {999} moved to {99}.{999999} deg in {999} ms, following error {9}.{9999} arcsec',
  ],
  [
    'camera',
    'ALERT',
    'module {999} over temperature: {99}.{99} C, high voltage ramped down after {999} ms',
  ],
]
const weights = [20, 16, 18, 10, 8, 3, 5, 3, 5, 6, 2, 4, 30, 0.02]
const total = weights.reduce((sum, weight) => sum + weight, 0)
const users = ['root', 'admin', 'test', 'oracle', 'guest', 'postgres', 'operator', 'night', 'ftp']

export function messageOf(random: () => number): {
  readonly process: string
  readonly priority: Priority
  readonly message: string
} {
  let at = random() * total
  let index = 0
  while (index < forms.length - 1 && at >= (weights[index] ?? 0)) at -= weights[index++] ?? 0
  const [process, priority, text] = forms[index] ?? ['', 'INFO', '']
  const message = text.replace(/\{(\w+)\}/g, (_, what: string) => partOf(what, random))
  return { process, priority, message }
}

function partOf(what: string, random: () => number): string {
  const upTo = (most: number): number => Math.floor(random() * (most + 1))
  if (what === 'ip') return `10.${upTo(9)}.${upTo(255)}.${upTo(255)}`
  // A block is spoken of several times.
  if (what === 'blk')
    return `blk_-${1_608_999_687_919_862_906n + BigInt(upTo(4_000)) * 7_919_000_003n}`
  if (what === 'user') return users[upTo(users.length - 1)] ?? ''
  return String(upTo(Number(what)))
}
