// qr -- a text as a QR code (ISO/IEC 18004), byte mode, error correction M, versions 1 to 10: enough for the
// address of a second factor (213 bytes). True is a dark module.
const EC_PER_BLOCK = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]; // table 9, level M
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const LEVEL_M = 0b00;
const MASK = 0; // (row + column) even; any is legal, and one is enough

type Grid = (boolean | undefined)[][];

const sizeOf = (version: number) => 17 + 4 * version;

function aligns(version: number): number[] {
  if (version === 1) return [];
  const n = Math.floor(version / 7) + 2;
  const step = Math.ceil((sizeOf(version) - 13) / (2 * n - 2)) * 2;
  const rest = Array.from({ length: n - 1 }, (_, i) => sizeOf(version) - 7 - i * step);
  return [6, ...rest.reverse()];
}

function codewords(version: number): number {
  const n = aligns(version).length;
  let modules = (16 * version + 128) * version + 64;
  if (n > 0) modules -= (25 * n - 10) * n - 55;
  if (version >= 7) modules -= 36;
  return Math.floor(modules / 8);
}

const at = (list: readonly number[], version: number) => list[version - 1] ?? 0;
const dataOf = (version: number) =>
  codewords(version) - at(EC_PER_BLOCK, version) * at(BLOCKS, version);

// ---- the bytes

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function divisor(degree: number): number[] {
  const result: number[] = Array.from({ length: degree }, (_, i) => (i === degree - 1 ? 1 : 0));
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++)
      result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: readonly number[], by: readonly number[]): number[] {
  const result = by.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    by.forEach((each, i) => (result[i] = (result[i] ?? 0) ^ multiply(each, factor)));
  }
  return result;
}

function dataBytes(text: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  put(0b0100, 4);
  put(text.length, version < 10 ? 8 : 16);
  for (const byte of text) put(byte, 8);
  const room = dataOf(version) * 8;
  put(0, Math.min(4, room - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: room / 8 }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

// Blocks with their error correction, interleaved.
function finalBytes(data: readonly number[], version: number): number[] {
  const n = at(BLOCKS, version);
  const short = Math.floor(data.length / n);
  const longer = data.length % n;
  const by = divisor(at(EC_PER_BLOCK, version));
  let from = 0;
  const blocks = Array.from({ length: n }, (_, i) => {
    const length = short + (i >= n - longer ? 1 : 0);
    const block = data.slice(from, from + length);
    from += length;
    return { block, ec: remainder(block, by) };
  });
  const woven = (rows: readonly number[][]) =>
    Array.from({ length: short + 1 }, (_, i) => rows.flatMap((row) => row.slice(i, i + 1))).flat();
  const ecs = blocks.map(({ ec }) => ec);
  return [
    ...woven(blocks.map(({ block }) => block)),
    ...by.flatMap((_, i) => ecs.map((ec) => ec[i] ?? 0)),
  ];
}

// ---- the picture

function place(grid: Grid, row: number, column: number, isDark: boolean): void {
  const line = grid[row];
  if (line !== undefined && column >= 0 && column < grid.length) line[column] = isDark;
}

function square(
  grid: Grid,
  row: number,
  column: number,
  reach: number,
  isDark: (d: number) => boolean,
) {
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++)
      place(grid, row + y, column + x, isDark(Math.max(Math.abs(x), Math.abs(y))));
}

function patterns(grid: Grid, version: number): void {
  const last = grid.length - 1;
  for (let i = 0; i <= last; i++) {
    place(grid, 6, i, i % 2 === 0);
    place(grid, i, 6, i % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, last - 3],
    [last - 3, 3],
  ] as const)
    square(grid, row, column, 4, (d) => d !== 2 && d !== 4);
  const all = aligns(version);
  for (const row of all)
    for (const column of all) {
      const isCorner = [
        [6, 6],
        [6, last - 6],
        [last - 6, 6],
      ].some(([y, x]) => y === row && x === column);
      if (!isCorner) square(grid, row, column, 2, (d) => d !== 1);
    }
}

function check(value: number, bits: number, by: number): number {
  let rest = value;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >>> (bits - 1)) * by);
  return (value << bits) | rest;
}

function marks(grid: Grid, version: number): void {
  const size = grid.length;
  const format = check((LEVEL_M << 3) | MASK, 10, 0x537) ^ 0x5412;
  const isDark = (value: number, i: number) => ((value >>> i) & 1) === 1;
  for (let i = 0; i < 15; i++) {
    const row = i < 6 ? i : i < 8 ? i + 1 : size - 15 + i;
    const column = i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i;
    place(grid, row, 8, isDark(format, i));
    place(grid, 8, column, isDark(format, i));
  }
  place(grid, size - 8, 8, true);
  if (version < 7) return;
  const number = check(version, 12, 0x1f25);
  for (let i = 0; i < 18; i++) {
    place(grid, Math.floor(i / 3), size - 11 + (i % 3), isDark(number, i));
    place(grid, size - 11 + (i % 3), Math.floor(i / 3), isDark(number, i));
  }
}

function fill(grid: Grid, bytes: readonly number[]): void {
  const size = grid.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const isUp = ((right + 1) & 2) === 0;
      const row = isUp ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (grid[row]?.[column] !== undefined) continue;
        const byte = bytes[bit >>> 3] ?? 0;
        const isDark = ((byte >>> (7 - (bit & 7))) & 1) === 1;
        place(grid, row, column, isDark !== ((row + column) % 2 === 0));
        bit++;
      }
    }
  }
}

// Null when the text is too long.
export function qrOf(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text);
  const versions = Array.from({ length: 10 }, (_, i) => i + 1);
  const version = versions.find((each) => bytes.length + (each < 10 ? 2 : 3) <= dataOf(each));
  if (version === undefined) return null;
  const grid: Grid = Array.from({ length: sizeOf(version) }, () =>
    new Array<boolean | undefined>(sizeOf(version)).fill(undefined),
  );
  patterns(grid, version);
  marks(grid, version);
  fill(grid, finalBytes(dataBytes(bytes, version), version));
  return grid.map((row) => row.map((isDark) => isDark === true));
}
