// Linear algebra of the method: second moments, eigenvectors, orthonormal columns. Matrices are
// Float64Array, row by row.

// C = Fᵀ F (n, n) of F (T, n).
export function secondMoment(rows, steps, n) {
  const C = new Float64Array(n * n);
  for (let t = 0; t < steps; t++) {
    const at = t * n;
    for (let i = 0; i < n; i++) {
      const x = rows[at + i], row = i * n;
      for (let j = i; j < n; j++) C[row + j] += x * rows[at + j];
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) C[i * n + j] = C[j * n + i];
  return C;
}

// All eigenvalues of a symmetric matrix, the largest first, and its eigenvectors as rows, by
// Jacobi rotations: slow beside what libraries do, exact, and short.
export function eigen(matrix, n) {
  const A = matrix.slice();
  const V = new Float64Array(n * n);
  for (let i = 0; i < n; i++) V[i * n + i] = 1;
  let total = 0;
  for (const x of A) total += x * x;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += 2 * A[i * n + j] ** 2;
    if (off <= 1e-30 * total) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(A, V, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => A[b * n + b] - A[a * n + a]);
  const values = Float64Array.from(order, (i) => A[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => vectors.set(V.subarray(from * n, (from + 1) * n), to * n));
  return { values, vectors };
}

// One rotation that makes A[p, q] zero; V's rows turn with it. Only rows are walked along, and
// the columns are copied from them: A stays symmetric.
function rotate(A, V, n, p, q) {
  const apq = A[p * n + q], app = A[p * n + p], aqq = A[q * n + q];
  if (Math.abs(apq) <= 1e-18 * Math.sqrt(Math.abs(app * aqq))) return;
  const theta = (aqq - app) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1), s = t * c;
  const P = A.subarray(p * n, (p + 1) * n), Q = A.subarray(q * n, (q + 1) * n);
  for (let k = 0; k < n; k++) {
    const x = P[k], y = Q[k];
    P[k] = c * x - s * y;
    Q[k] = s * x + c * y;
  }
  P[p] = app - t * apq;
  Q[q] = aqq + t * apq;
  P[q] = Q[p] = 0;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      A[k * n + p] = P[k];
      A[k * n + q] = Q[k];
    }
  }
  const vp = V.subarray(p * n, (p + 1) * n), vq = V.subarray(q * n, (q + 1) * n);
  for (let k = 0; k < n; k++) {
    const x = vp[k], y = vq[k];
    vp[k] = c * x - s * y;
    vq[k] = s * x + c * y;
  }
}

// Q of the QR decomposition of A (rows, n), rows >= n, with a positive diagonal of R: as the
// library draws it. Gram and Schmidt, twice, for orthogonality to the last digits.
export function orthonormal(matrix, rows, n) {
  const columns = Array.from({ length: n }, (_, j) => Float64Array.from({ length: rows }, (_, i) => matrix[i * n + j]));
  columns.forEach((column, j) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += columns[k][i] * column[i];
        for (let i = 0; i < rows; i++) column[i] -= dot * columns[k][i];
      }
    }
    const size = Math.sqrt(column.reduce((sum, x) => sum + x * x, 0));
    for (let i = 0; i < rows; i++) column[i] /= size;
  });
  const Q = new Float64Array(rows * n);
  columns.forEach((column, j) => { for (let i = 0; i < rows; i++) Q[i * n + j] = column[i]; });
  return Q;
}

// A (rows, inner) times Bᵀ, B (columns, inner).
export function timesTransposed(A, B, rows, inner, columns) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const a = A.subarray(i * inner, (i + 1) * inner);
    for (let j = 0; j < columns; j++) {
      const at = j * inner;
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[k] * B[at + k];
      out[i * columns + j] = sum;
    }
  }
  return out;
}
