import { useSyncExternalStore } from 'react';

/** How much room a page's scrollbar takes, in pixels: none where it lies over the page. */
export function useBarWidth(): number {
  return useSyncExternalStore(onZoom, measure);
}

// It has the same width on the screen at every zoom: another one in the page's pixels.
function onZoom(changed: () => void) {
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
}

function measure(): number {
  const box = document.createElement('div');
  box.style.cssText = 'position: absolute; width: 100px; overflow: scroll; visibility: hidden';
  document.body.append(box);
  const width = box.offsetWidth - box.clientWidth;
  box.remove();
  return width;
}
