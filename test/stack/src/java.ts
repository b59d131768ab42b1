import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version that both Kafka 4.1 and Cassandra 5.0 run on. */
const wanted = '17'

/** The folder of a Java 17, or null where there is none. */
export function findJava(): string | null {
  const homes = [
    process.env['JAVA_HOME'] ?? '',
    ...globSync('/usr/lib/jvm/*').sort(),
    ...globSync('/Library/Java/JavaVirtualMachines/*/Contents/Home'),
  ]
  return (
    homes.find((home) => versionOf(home) === wanted && existsSync(join(home, 'bin/java'))) ?? null
  )
}

/** Every JDK and JRE says its version in a file, which is faster to read than to run it. */
function versionOf(home: string): string | null {
  const release = join(home, 'release')
  if (home === '' || !existsSync(release)) return null
  return /JAVA_VERSION="(\d+)/.exec(readFileSync(release, 'utf8'))?.[1] ?? null
}
