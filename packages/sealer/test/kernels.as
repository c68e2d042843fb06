// Kernels in AssemblyScript. Each export takes a size and gives a checksum.

export function fib(n: i32): i32 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export function sieve(n: i32): i32 {
  const composite = new StaticArray<u8>(n);
  let count = 0;
  for (let i = 2; i < n; i++) {
    if (unchecked(composite[i])) continue;
    count++;
    for (let j = i * 2; j < n; j += i) unchecked((composite[j] = 1));
  }
  return count;
}

export function matrix(n: i32): f64 {
  const a = new StaticArray<f64>(n * n);
  const b = new StaticArray<f64>(n * n);
  for (let i = 0; i < n * n; i++) {
    unchecked((a[i] = <f64>i * 0.5));
    unchecked((b[i] = <f64>(i ^ 3)));
  }
  let trace: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) sum += unchecked(a[i * n + k]) * unchecked(b[k * n + j]);
      if (i == j) trace += sum;
    }
  }
  return trace;
}

export function nbody(steps: i32): f64 {
  const bodies = 5;
  const s = new StaticArray<f64>(bodies * 7);
  for (let i = 0; i < bodies * 7; i++) unchecked((s[i] = <f64>(i % 7) * 0.37 + <f64>i * 0.11));
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < bodies; i++) {
      for (let j = i + 1; j < bodies; j++) {
        const p = i * 7;
        const q = j * 7;
        const dx = unchecked(s[p] - s[q]);
        const dy = unchecked(s[p + 1] - s[q + 1]);
        const dz = unchecked(s[p + 2] - s[q + 2]);
        const d = dx * dx + dy * dy + dz * dz + 0.01;
        const m = 0.001 / (d * Math.sqrt(d));
        unchecked((s[p + 3] -= dx * m * s[q + 6]));
        unchecked((s[p + 4] -= dy * m * s[q + 6]));
        unchecked((s[p + 5] -= dz * m * s[q + 6]));
        unchecked((s[q + 3] += dx * m * s[p + 6]));
        unchecked((s[q + 4] += dy * m * s[p + 6]));
        unchecked((s[q + 5] += dz * m * s[p + 6]));
      }
    }
    for (let i = 0; i < bodies * 7; i += 7) {
      unchecked((s[i] += 0.001 * s[i + 3]));
      unchecked((s[i + 1] += 0.001 * s[i + 4]));
      unchecked((s[i + 2] += 0.001 * s[i + 5]));
    }
  }
  return unchecked(s[0] + s[8] + s[16]);
}

function sortRange(a: StaticArray<i32>, low: i32, high: i32): void {
  if (low >= high) return;
  const pivot = unchecked(a[(low + high) >> 1]);
  let i = low;
  let j = high;
  while (i <= j) {
    while (unchecked(a[i]) < pivot) i++;
    while (unchecked(a[j]) > pivot) j--;
    if (i > j) continue;
    const x = unchecked(a[i]);
    unchecked((a[i] = a[j]));
    unchecked((a[j] = x));
    i++;
    j--;
  }
  sortRange(a, low, j);
  sortRange(a, i, high);
}

export function quicksort(n: i32): i32 {
  const a = new StaticArray<i32>(n);
  let x = 12345;
  for (let i = 0; i < n; i++) {
    x = x * 1103515245 + 12345;
    unchecked((a[i] = x >> 4));
  }
  sortRange(a, 0, n - 1);
  return unchecked(a[n >> 1]);
}

export function mandelbrot(n: i32): i32 {
  let inside = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const cr = (2.0 * <f64>x) / <f64>n - 1.5;
      const ci = (2.0 * <f64>y) / <f64>n - 1.0;
      let zr: f64 = 0;
      let zi: f64 = 0;
      let k = 0;
      for (; k < 60 && zr * zr + zi * zi <= 4; k++) {
        const t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
      }
      if (k == 60) inside++;
    }
  }
  return inside;
}

export function sha256(blocks: i32): i32 {
  const w = new StaticArray<u32>(64);
  let h0: u32 = 0x6a09e667,
    h1: u32 = 0xbb67ae85,
    h2: u32 = 0x3c6ef372,
    h3: u32 = 0xa54ff53a;
  let h4: u32 = 0x510e527f,
    h5: u32 = 0x9b05688c,
    h6: u32 = 0x1f83d9ab,
    h7: u32 = 0x5be0cd19;
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) unchecked((w[i] = block * 16 + i));
    for (let i = 16; i < 64; i++) {
      const x = unchecked(w[i - 15]);
      const y = unchecked(w[i - 2]);
      const s0 = rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3);
      const s1 = rotr(y, 17) ^ rotr(y, 19) ^ (y >> 10);
      unchecked((w[i] = w[i - 16] + s0 + w[i - 7] + s1));
    }
    let a = h0,
      b = h1,
      c = h2,
      d = h3,
      e = h4,
      f = h5,
      g = h6,
      h = h7;
    for (let i = 0; i < 64; i++) {
      const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
      const t1 = h + s1 + ((e & f) ^ (~e & g)) + 0x428a2f98 + <u32>i + unchecked(w[i]);
      const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    h0 += a;
    h1 += b;
    h2 += c;
    h3 += d;
    h4 += e;
    h5 += f;
    h6 += g;
    h7 += h;
  }
  return h0 ^ h1 ^ h2 ^ h3 ^ h4 ^ h5 ^ h6 ^ h7;
}

export function interpreter(n: i32): i32 {
  const program = new StaticArray<u8>(16);
  for (let i = 0; i < 15; i++) unchecked((program[i] = <u8>((i * 5) % 8)));
  unchecked((program[15] = 8));
  let a = 1,
    b = 2,
    c = 3,
    pc = 0;
  for (let left = n; left > 0; ) {
    switch (unchecked(program[pc++])) {
      case 0:
        a += b;
        break;
      case 1:
        b ^= a;
        break;
      case 2:
        c = a - b;
        break;
      case 3:
        if (c & 1) a = rotl(a, 3);
        break;
      case 4:
        b = b * 31 + c;
        break;
      case 5:
        if (a < b) c++;
        break;
      case 6:
        a = c >> 1;
        break;
      case 7:
        b -= c;
        break;
      default:
        pc = 0;
        left--;
    }
  }
  return a ^ b ^ c;
}

export function levenshtein(n: i32): i32 {
  const row = new StaticArray<i32>(n + 1);
  for (let j = 0; j <= n; j++) unchecked((row[j] = j));
  for (let i = 1; i <= n; i++) {
    let diagonal = unchecked(row[0]);
    unchecked((row[0] = i));
    for (let j = 1; j <= n; j++) {
      const above = unchecked(row[j]);
      const cost = (i * 7) % 13 == (j * 11) % 17 ? 0 : 1;
      let best = diagonal + cost;
      if (above + 1 < best) best = above + 1;
      const left = unchecked(row[j - 1]) + 1;
      if (left < best) best = left;
      unchecked((row[j] = best));
      diagonal = above;
    }
  }
  return unchecked(row[n]);
}

function slot(keys: StaticArray<i32>, mask: i32, key: i32): i32 {
  let at = (key * -1640531527) & mask;
  while (unchecked(keys[at]) != 0 && unchecked(keys[at]) != key) at = (at + 1) & mask;
  return at;
}

export function hashTable(n: i32): i32 {
  const mask = (1 << 16) - 1;
  const keys = new StaticArray<i32>(mask + 1);
  const values = new StaticArray<i32>(mask + 1);
  let x = 1;
  for (let i = 0; i < n; i++) {
    x = x * 1664525 + 1013904223;
    const key = ((x >> 8) & 0x7fff) + 1;
    const at = slot(keys, mask, key);
    unchecked((keys[at] = key));
    unchecked((values[at] += i));
  }
  return unchecked(values[slot(keys, mask, 77)]);
}

export function compress(n: i32): i32 {
  const text = new StaticArray<u8>(n);
  const heads = new StaticArray<i32>(4096);
  let x = 7;
  for (let i = 0; i < n; i++) {
    x = x * 1103515245 + 12345;
    unchecked((text[i] = <u8>((x >> 16) & 3)));
  }
  let tokens = 0;
  for (let i = 0; i + 3 < n; ) {
    const hash = (unchecked(text[i]) * 521 + unchecked(text[i + 1]) * 67 + unchecked(text[i + 2])) & 4095;
    const from = unchecked(heads[hash]);
    unchecked((heads[hash] = i));
    let length = 0;
    if (from < i)
      while (i + length < n && length < 255 && unchecked(text[from + length]) == unchecked(text[i + length]))
        length++;
    i += length > 3 ? length : 1;
    tokens++;
  }
  return tokens;
}

export function crc32(n: i32): i32 {
  let crc: u32 = 0xffffffff;
  for (let i = 0; i < n; i++) {
    crc ^= <u32>(i & 255);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
  }
  return <i32>~crc;
}

class Node {
  constructor(
    public left: Node | null,
    public right: Node | null,
  ) {}
  check(): i32 {
    const left = this.left;
    const right = this.right;
    return left && right ? 1 + left.check() + right.check() : 1;
  }
}

function tree(depth: i32): Node {
  return depth == 0 ? new Node(null, null) : new Node(tree(depth - 1), tree(depth - 1));
}

export function trees(depth: i32): i32 {
  return tree(depth).check();
}
