/// Tells the values under the pointer; the page is complete without it.
enum ReadOutScript {
    static let source: StaticString = """

        "use strict";
        (() => {
          const number = value => value.toPrecision(3).replace(/\\.?0+$/, "").replace(/e\\+?(-?\\d+)$/, " × 10^$1");
          const scaled = (value, base, units) => {
            let index = 0;
            while (index + 1 < units.length && Math.abs(value) >= base * .9995) { value /= base; index += 1; }
            return (Math.abs(value) >= 99.95 ? value.toFixed(0) : number(value)) + units[index];
          };
          const units = {
            bytes: value => scaled(value, 1024, [" B", " KiB", " MiB", " GiB"]),
            count: value => scaled(value, 1000, ["", "k", "M", "G"]),
            rate: value => scaled(value, 1000, ["", "k", "M", "G"]) + "/h",
            seconds: value => clock(value),
            milliseconds: value => value < .9995 ? number(value * 1000) + " µs"
              : value < 999.5 ? number(value) + " ms" : clock(value / 1000),
            bytesPerHour: value => units.bytes(value) + "/h",
          };
          const clock = seconds => {
            if (seconds < 100) return number(seconds) + " s";
            const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
            return minutes < 60 ? minutes + " m " + whole % 60 + " s"
              : Math.floor(minutes / 60) + " h " + minutes % 60 + " m";
          };
          const points = path => {
            const numbers = path.getAttribute("d").match(/-?\\d*\\.?\\d+/g).map(Number), line = [numbers.slice(0, 2)];
            for (let index = 2; index < numbers.length; index += 2) {
              const [x, y] = line[line.length - 1];
              line.push([x + numbers[index], y + numbers[index + 1]]);
            }
            return line;
          };
          const height = (line, x) => {
            if (x > line[line.length - 1][0] + 4 || x < line[0][0] - 4) return null;
            let low = 0, high = line.length - 1;
            while (low < high) {
              const middle = (low + high) >> 1;
              if (line[middle][0] < x) low = middle + 1; else high = middle;
            }
            const after = line[low], before = line[Math.max(0, low - 1)], width = after[0] - before[0];
            const share = width > 0 ? Math.min(1, Math.max(0, (x - before[0]) / width)) : 1;
            return before[1] + (after[1] - before[1]) * share;
          };
          for (const svg of document.querySelectorAll("figure svg[data-unit]")) {
            const data = svg.dataset, left = Number(data.left), right = Number(data.right);
            const top = Number(data.top), bottom = Number(data.bottom), figure = svg.parentElement;
            let lines = null, box = null, cursor = null;
            const show = event => {
              const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
              if (at.x < left || at.x > right) { hide(); return; }
              lines ??= Array.from(svg.querySelectorAll("path.line"),
                path => ({ name: path.dataset.name, look: path.getAttribute("class"), points: points(path) }));
              if (!box) {
                box = figure.appendChild(document.createElement("div"));
                box.className = "read-out";
                box.setAttribute("aria-hidden", "true");
                cursor = svg.appendChild(document.createElementNS(svg.namespaceURI, "line"));
                cursor.setAttribute("class", "cursor");
                cursor.setAttribute("y1", top);
                cursor.setAttribute("y2", bottom);
              }
              cursor.setAttribute("x1", at.x);
              cursor.setAttribute("x2", at.x);
              const share = (at.x - left) / (right - left);
              const rows = [[clock(Number(data.begin) + share * Number(data.seconds)), "", ""]];
              for (const line of lines) {
                const y = height(line.points, at.x);
                if (y === null) continue;
                const value = (bottom - y) / (bottom - top) * Number(data.largest);
                rows.push([line.name, units[data.unit](value), line.look.replace("line ", "")]);
              }
              box.replaceChildren(...rows.map(([name, value, look]) => {
                const row = document.createElement("div");
                const label = row.appendChild(document.createElement("span"));
                label.textContent = name;
                label.className = look || "muted";
                row.appendChild(document.createElement("span")).textContent = value;
                return row;
              }));
              const frame = figure.getBoundingClientRect(), room = frame.width - box.offsetWidth - 8;
              const x = event.clientX - frame.left;
              box.style.left = Math.max(8, x + 18 > room ? Math.min(room, x - box.offsetWidth - 18) : x + 18) + "px";
              box.style.top = Math.max(8, event.clientY - frame.top - box.offsetHeight / 2) + "px";
            };
            const hide = () => {
              box?.remove();
              cursor?.remove();
              box = cursor = null;
            };
            svg.addEventListener("pointermove", show);
            svg.addEventListener("pointerdown", show);
            svg.addEventListener("pointerleave", hide);
          }
        })();

        """
}
