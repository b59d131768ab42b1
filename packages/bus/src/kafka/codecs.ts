import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

/** A batch that claims to be larger is not one that our brokers took in. */
const maxOutputLength = 256 * 1024 * 1024

/**
 * Gives kafkajs, which comes with gzip only, the zstd of Node. Level 1: the batches are small, and
 * their records already compact. On the spot: a batch is done in less time than it takes to hand it
 * to a thread and back (25 kB: 60 against 330 us of CPU), and the largest holds us up for some ms.
 */
export function registerZstd(): void {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 }
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) =>
      zstdCompressSync(buffer, { params }),
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer, { maxOutputLength }),
  })
}

export const compressionTypes = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD,
} as const
