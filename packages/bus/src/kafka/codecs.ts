import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** A batch that claims to be larger is not one that our brokers took in. */
const maxOutputLength = 256 * 1024 * 1024

/**
 * Gives kafkajs, which comes with gzip only, the zstd of Node. Level 1: the batches are small, and
 * their records already compact.
 */
export function registerZstd(): void {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 }
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer, { params }),
    decompress: (buffer: Buffer) => decompress(buffer, { maxOutputLength }),
  })
}

export const compressionTypes = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD,
} as const
