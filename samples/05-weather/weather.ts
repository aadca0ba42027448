/**
 * A service: it has no end. `lockstep deploy weather.ts` starts it and comes back; the replicas stay, and a later
 * `deploy` replaces them one by one.
 */
import { service } from 'lockstep';
import { mean, station } from './station';

export default service((context) =>
  station(context, (days) => {
    const degrees = mean(days, (day) => (day.warmest + day.coldest) / 2);
    return { mean: degrees, text: `mean ${degrees.toFixed(2)} °C` };
  }),
);
