// Runs before each script. Built-in functions that could take the machine's
// whole memory, or never come back, in one step, refuse to: the engine looks at
// time and memory between steps only. What a script may do is what it was.
(function (maxLength, evalRefusal) {
  'use strict';
  const apply = Reflect.apply, construct = Reflect.construct, define = Object.defineProperty;
  const isArray = Array.isArray, toText = String, toNumber = Number, RealProxy = Proxy;
  const StringP = String.prototype, ArrayP = Array.prototype;
  const tooLong = () => { throw new RangeError('Invalid string length'); };
  const tooMany = () => { throw new RangeError('Invalid array length'); };

  function replace(holder, name, length, make) {
    const inner = holder[name];
    const outer = make(inner);
    define(outer, 'name', { value: name, configurable: true });
    define(outer, 'length', { value: inner.length, configurable: true });
    define(holder, name, { value: outer, writable: true, configurable: true, enumerable: false });
  }

  // Strings.
  replace(StringP, 'repeat', 1, (inner) => function (count) {
    const text = toText(this), n = toNumber(count);
    if (text.length * n > maxLength) tooLong();
    return apply(inner, text, [n]);
  });
  for (const name of ['padStart', 'padEnd']) {
    replace(StringP, name, 1, (inner) => function (length, ...rest) {
      const n = toNumber(length);
      if (n > maxLength) tooLong();
      return apply(inner, this, [n, ...rest]);
    });
  }
  for (const name of ['replace', 'replaceAll']) {
    replace(StringP, name, 2, (inner) => function (pattern, by) {
      if (typeof by === 'function') return apply(inner, this, [pattern, by]);
      const text = toText(this), put = toText(by);
      if ((text.length + 1) * put.length <= maxLength) return apply(inner, text, [pattern, put]);
      if (put.includes('$')) tooLong();
      let length = text.length;
      return apply(inner, text, [pattern, () => {
        length += put.length;
        if (length > maxLength) tooLong();
        return put;
      }]);
    });
  }
  replace(StringP, 'concat', 1, (inner) => function (...parts) {
    let length = 0;
    for (let i = 0; i < parts.length; i++) {
      parts[i] = toText(parts[i]);
      length += parts[i].length;
      if (length > maxLength) tooLong();
    }
    return apply(inner, this, parts);
  });

  // Arrays. What only looks like one has a length that says nothing.
  const bounded = (list) => {
    if (isArray(list) ? list.length > maxLength : list !== null && list !== undefined && toNumber(list.length) > maxLength) tooMany();
  };
  for (const name of Object.getOwnPropertyNames(ArrayP)) {
    if (typeof ArrayP[name] !== 'function' || name === 'constructor' || name === 'push' || name === 'pop' || name === 'join') continue;
    replace(ArrayP, name, 0, (inner) => function (...args) {
      bounded(this);
      return apply(inner, this, args);
    });
  }
  replace(ArrayP, 'join', 1, (inner) => function (separator) {
    bounded(this);
    const between = separator === undefined ? ',' : toText(separator);
    let length = this.length * between.length;
    for (let i = 0; i < this.length && length <= maxLength; i++) {
      if (typeof this[i] === 'string') length += this[i].length;
    }
    if (length > maxLength) tooLong();
    return apply(inner, this, [between]);
  });
  replace(Array, 'from', 1, (inner) => function (list, ...rest) {
    bounded(list);
    return apply(inner, this, [list, ...rest]);
  });

  // Lists of arguments.
  const fewArguments = (list) => {
    if (list !== null && list !== undefined && toNumber(list.length) > 100000) throw new RangeError('Maximum call stack size exceeded');
    return list;
  };
  replace(Function.prototype, 'apply', 2, (inner) => function (self, list) { return apply(inner, this, [self, fewArguments(list)]); });
  replace(Reflect, 'apply', 3, (inner) => (f, self, list) => inner(f, self, fewArguments(list)));
  replace(Reflect, 'construct', 2, (inner) => (f, list, ...rest) => inner(f, fewArguments(list), ...rest));

  // Buffers.
  const buffers = ['ArrayBuffer', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'];
  for (const name of buffers) {
    const inner = globalThis[name];
    if (inner === undefined) continue;
    const outer = new RealProxy(inner, {
      construct(target, args, maker) {
        const first = args[0];
        const size = typeof first === 'object' && first !== null ? first.length : first;
        if (toNumber(size) > maxLength / 8) throw new RangeError('Array buffer allocation failed');
        return construct(target, args, maker);
      },
    });
    define(globalThis, name, { value: outer, writable: true, configurable: true, enumerable: false });
    define(inner.prototype, 'constructor', { value: outer, writable: true, configurable: true, enumerable: false });
  }

  // Code from strings: the parser is bounded by the size of files alone.
  const refuse = function () { throw new EvalError(evalRefusal); };
  for (const f of [function () {}, async function () {}, function* () {}]) {
    const proto = Object.getPrototypeOf(f);
    refuse.prototype = Function.prototype;
    define(proto, 'constructor', { value: refuse, writable: false, configurable: false, enumerable: false });
  }
  define(globalThis, 'eval', { value: refuse, writable: true, configurable: true, enumerable: false });
  define(globalThis, 'Function', { value: refuse, writable: true, configurable: true, enumerable: false });
})
