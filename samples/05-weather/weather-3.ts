/** The third version, with a mistake: it answers in degrees Fahrenheit where degrees Celsius are expected. */
import { service } from 'lockstep';
import { mean, station } from './station';

export default service((context) =>
  station(context, (days) => {
    const degrees = mean(days, (day) => ((day.warmest + day.coldest) / 2) * 1.8 + 32);
    return { mean: degrees, text: `mean ${degrees.toFixed(2)} °C` };
  }),
);
