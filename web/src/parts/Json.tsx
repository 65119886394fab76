import { useEffect, useRef, useState } from 'react';

/** A record as people read JSON. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const box = useRef<HTMLPreElement>(null);
  const [scrolls, setScrolls] = useState(false);
  const text = JSON.stringify(value, null, 2);
  useEffect(() => {
    if (box.current) setScrolls(box.current.scrollHeight > box.current.clientHeight);
  }, [text]);
  return (
    <pre ref={box} className="json" role={scrolls ? 'region' : undefined} aria-label={scrolls ? label : undefined} tabIndex={scrolls ? 0 : undefined}>
      {text}
    </pre>
  );
}
