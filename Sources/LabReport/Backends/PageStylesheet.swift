/// The look of the page: light and dark, wide and narrow, on screen and on paper.
enum PageStylesheet {
    static let css: StaticString = """

        :root { color-scheme: light dark; --ink: #16181d; --soft: #5b6270; --faint: #e4e7ec; --ground: #f7f8fa;
          --card: #ffffff; --bad: #b42318; --bad-ground: #fdecea; --good: #0a6b4f; --good-ground: #e6f5ef;
          --warning: #7a4d00; --warning-ground: #fdf3dc; --link: #0b5cad; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --ink: #eceef2; --soft: #9aa3b2; --faint: #2a2f38; --ground: #0e1014; --card: #16191f;
            --bad: #ff9a90; --bad-ground: #3a1a18; --good: #5fd6b0; --good-ground: #10302a;
            --warning: #ecc06a; --warning-ground: #33270f; --link: #7ab8fa; }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; max-width: 1120px; padding: 56px 40px 80px; background: var(--ground);
          color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
          sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        h1, h2, h3, p, dl, dd, ul, figure { margin: 0; padding: 0; }
        h1 { font-size: 32px; line-height: 1.2; letter-spacing: -.02em; font-weight: 650; }
        h2 { font-size: 20px; line-height: 1.3; letter-spacing: -.01em; font-weight: 620; }
        h3, h4 { font-size: 15px; line-height: 1.4; font-weight: 620; margin: 0; }
        small { font-size: 12px; }
        code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
          font-size: 13px; }
        .muted, .note, footer { color: var(--soft); }
        .good { color: var(--good); } .warning { color: var(--warning); } .bad { color: var(--bad); }
        .eyebrow { color: var(--soft); font-size: 13px; margin-bottom: 10px; }
        .headline { font-size: 19px; line-height: 1.45; margin-top: 14px; max-width: 44em; }
        .status { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin-top: 18px;
          font-size: 14px; }
        .badge { display: inline-block; padding: 2px 10px; border-radius: 99px; font-size: 13px; font-weight: 600;
          line-height: 1.55; white-space: nowrap; color: var(--soft); background: var(--faint); }
        .badge.good { color: var(--good); background: var(--good-ground); }
        .badge.warning { color: var(--warning); background: var(--warning-ground); }
        .badge.bad { color: var(--bad); background: var(--bad-ground); }
        .invalid { margin-top: 22px; padding: 18px 22px; border: 2px solid var(--bad); border-radius: 10px;
          background: var(--bad-ground); }
        .invalid h2 { color: var(--bad); }
        .invalid ul { margin: 8px 0 0; padding-left: 20px; }
        a { color: var(--link); text-underline-offset: 3px; }
        .contents { margin-top: 30px; font-size: 14px; }
        .contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; }
        .list { padding-left: 18px; display: grid; gap: 7px; max-width: 56em; }
        .facts { display: flex; flex-wrap: wrap; gap: 14px 36px; margin-top: 30px; padding-top: 20px;
          border-top: 1px solid var(--faint); font-size: 14px; }
        dt { color: var(--soft); font-size: 13px; }
        section { margin-top: 64px; }
        section > h2 { margin-bottom: 18px; }
        .note { font-size: 14px; margin: -10px 0 18px; max-width: 52em; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); gap: 18px; }
        .card, figure, .scroll, .columns > div { background: var(--card); border: 1px solid var(--faint);
          border-radius: 12px; }
        article.card { padding: 20px 22px 18px; display: grid; grid-row: span 5; grid-template-rows: subgrid;
          row-gap: 12px; }
        article.card h3 { font-size: 17px; }
        .variant { display: inline-flex; align-items: center; gap: 9px; }
        .chart.swatch { flex: none; width: 26px; height: 10px; }
        .role { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; font-size: 13px; }
        .tag { border: 1px solid var(--faint); border-radius: 6px; padding: 0 7px; font-size: 12px; color: var(--soft); }
        .steps { list-style: none; margin: 10px 0 0; padding: 0; font-size: 14px; display: grid; gap: 3px; }
        .steps li { display: flex; gap: 8px; }
        .figures, .because { align-content: start; }
        .figures { display: grid; grid-template-columns: 1fr 1fr; gap: 14px 18px; padding: 14px 0;
          border: solid var(--faint); border-width: 1px 0; }
        .figures dd { font-size: 20px; font-weight: 600; letter-spacing: -.01em; line-height: 1.35; }
        .figures dd small { display: block; font-weight: 400; letter-spacing: 0; color: var(--soft); }
        .because { list-style: none; font-size: 14px; display: grid; gap: 7px; color: var(--soft); }
        .because li { padding-left: 14px; position: relative; }
        .because li::before { content: ""; position: absolute; left: 0; top: .66em; width: 5px; height: 1px;
          background: currentColor; }
        figure { position: relative; padding: 20px 22px 14px; margin-bottom: 18px; }
        figcaption { margin-bottom: 12px; }
        figcaption h3 { font-size: 16px; }
        figcaption p { font-size: 13px; }
        figure .chart { display: block; width: 100%; height: auto; overflow: visible; }
        figure .chart.narrow, figure .legend { display: none; }
        .legend { list-style: none; flex-wrap: wrap; gap: 4px 18px; margin-top: 10px; font-size: 13px;
          color: var(--soft); }
        .legend li { display: flex; align-items: center; gap: 8px; }
        .legend .chart.swatch { display: block; }
        .read-out { position: absolute; z-index: 1; pointer-events: none; padding: 8px 12px; border-radius: 8px;
          background: var(--card); border: 1px solid var(--faint); box-shadow: 0 6px 24px rgb(0 0 0 / .14);
          font-size: 12px; white-space: nowrap; }
        .read-out div { display: flex; justify-content: space-between; gap: 18px; }
        .scroll { overflow-x: auto; overscroll-behavior-x: contain; }
        .scroll:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link);
          outline-offset: 2px; }
        .scroll.long { max-height: 560px; overflow-y: auto; }
        .scroll.long thead th { position: sticky; top: 0; background: var(--card);
          box-shadow: inset 0 -1px var(--faint); }
        table { border-collapse: collapse; width: 100%; font-size: 14px; overflow-wrap: normal; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        th, td { text-align: left; padding: 8px 16px; border-top: 1px solid var(--faint); white-space: nowrap;
          vertical-align: top; font-weight: 400; }
        thead th { border-top: 0; padding: 12px 16px 10px; color: var(--soft); font-size: 13px; font-weight: 500; }
        .comparison thead th { color: var(--ink); font-weight: 620; }
        tbody th { color: var(--ink); }
        .comparison tbody th[title] { color: var(--soft); }
        .comparison tbody th { position: sticky; left: 0; background: var(--card); }
        tr.group th { padding-top: 20px; font-size: 13px; font-weight: 620; color: var(--ink); }
        tr.group + tr th, tr.group + tr td { border-top-color: var(--faint); }
        .number { text-align: right; }
        th.number .variant { justify-content: flex-end; }
        td.words { white-space: normal; min-width: 22em; }
        td.bad, td.warning { font-weight: 600; }
        td.muted { color: var(--soft); }
        .evidence + .evidence { margin-top: 40px; }
        .evidence > h3 { font-size: 17px; margin-bottom: 8px; }
        .evidence > .note { margin: 0 0 16px; }
        main p.muted { font-size: 14px; max-width: 52em; margin-top: 12px; }
        figcaption p.muted { margin: 0; }
        .tight th, .tight td { padding-left: 9px; padding-right: 9px; }
        .tight th:first-child { padding-left: 16px; }
        .tight td:last-child, .tight thead th:last-child { padding-right: 16px; }
        .evidence > details { margin-top: 0; }
        .scroll + .scroll, details > .scroll { margin-top: 18px; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); gap: 18px; }
        .columns > div { padding: 18px 22px; }
        .pairs { display: grid; gap: 6px; margin-top: 10px; font-size: 14px; }
        .pairs > div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 14px; }
        .pairs dt { line-height: 1.6; }
        details { margin-top: 18px; }
        summary { cursor: pointer; font-weight: 600; padding: 4px 0; border-radius: 4px; }
        details figure { margin-top: 14px; }
        pre { margin: 12px 0 0; padding: 18px 22px; overflow-x: auto; line-height: 1.5; background: var(--card);
          border: 1px solid var(--faint); border-radius: 12px; overflow-wrap: normal; tab-size: 4; }
        footer { margin-top: 64px; padding-top: 20px; border-top: 1px solid var(--faint); font-size: 13px; }
        @media screen and (max-width: 640px) {
          body { padding: 28px 16px 48px; }
          h1 { font-size: 25px; }
          .headline { font-size: 17px; }
          section { margin-top: 44px; }
          .facts { gap: 12px 26px; margin-top: 22px; }
          article.card, .columns > div { padding: 16px; }
          figure { padding: 16px 10px 14px; }
          figcaption, .legend { padding: 0 6px; }
          figure .chart.wide { display: none; }
          figure .chart.narrow { display: block; }
          figure .legend { display: flex; }
          .scroll.long { max-height: 80vh; }
          thead { display: none; }
          tbody, tr, th, td { display: block; }
          tr { padding: 10px 14px; border-top: 1px solid var(--faint); }
          tr:first-child { border-top: 0; }
          tbody th, td, td.words { padding: 2px 0; border: 0; white-space: normal; min-width: 0; }
          tbody th, tr.group th { padding: 0 0 2px; font-weight: 620; color: var(--ink); }
          .comparison tbody th { position: static; }
          td, td.number { display: flex; justify-content: space-between; gap: 16px; text-align: right; }
          td.words { display: block; text-align: left; }
          td:empty { display: none; }
          td::before { color: var(--soft); font-weight: 400; text-align: left; }
          td:nth-child(2)::before { content: var(--c2); } td:nth-child(3)::before { content: var(--c3); }
          td:nth-child(4)::before { content: var(--c4); } td:nth-child(5)::before { content: var(--c5); }
          td:nth-child(6)::before { content: var(--c6); } td:nth-child(7)::before { content: var(--c7); }
          td:nth-child(8)::before { content: var(--c8); } td:nth-child(9)::before { content: var(--c9); }
          td:nth-child(10)::before { content: var(--c10); } td:nth-child(11)::before { content: var(--c11); }
          td:nth-child(12)::before { content: var(--c12); }
          td.words::before { content: none; }
        }
        @media print {
          @page { margin: 14mm 12mm; }
          body { padding: 0; max-width: none; background: #ffffff; font-size: 10.5pt; }
          section { margin-top: 26px; }
          h2, h3, .note, figcaption, tr.group { break-after: avoid; }
          figure, article.card, tr, .invalid { break-inside: avoid; }
          .scroll, .scroll.long { overflow: visible; max-height: none; }
          .columns { grid-template-columns: 1fr 1fr; }
          table { font-size: 8.5pt; }
          th, td { padding: 3px 7px; white-space: normal; }
          .number, tbody th, .badge, td:last-child:not(.words) { white-space: nowrap; }
          .cards { grid-template-columns: repeat(auto-fit, minmax(185px, 1fr)); gap: 12px; }
          article.card { padding: 14px 14px 12px; }
          .figures { gap: 10px; }
          .figures dd { font-size: 13pt; }
          .because, .summary, .pairs { font-size: 9pt; }
          td.words { min-width: 0; }
          .comparison tbody th { position: static; }
          pre { white-space: pre-wrap; }
          details:not([open])::details-content { content-visibility: visible; block-size: auto; }
          .read-out, .contents { display: none; }
        }

        """
}
