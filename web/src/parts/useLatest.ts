import { type RefObject, useEffect, useRef } from 'react';

/** What was given last, for who is to stay the same while that changes. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
