(function () {
  'use strict';
  const is = (name) => (v) => Object.prototype.toString.call(v) === '[object ' + name + ']';
  return {
    each(iterable, callback) {
      for (const key of Object.keys(iterable)) {
        if (callback(iterable[key], Array.isArray(iterable) ? Number(key) : key, iterable) === false) break;
      }
      return iterable;
    },
    extend(receiver, contributor) { return Object.assign(receiver, contributor); },
    isArray: Array.isArray,
    isAsyncFunction: is('AsyncFunction'),
    isBoolean: (v) => typeof v === 'boolean',
    isDate: is('Date'),
    isError: (v) => v instanceof Error,
    isFunction: (v) => typeof v === 'function',
    isNumber: (v) => typeof v === 'number',
    isObject: is('Object'),
    isRegExp: is('RegExp'),
    isString: (v) => typeof v === 'string',
    nanoTime: () => Date.now() * 1000000,
  };
})();
