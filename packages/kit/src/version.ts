import manifest from '../package.json' with { type: 'json' }

/** The version of the software: all packages have the same. */
export const version: string = manifest.version
