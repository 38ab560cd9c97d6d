import LabCore
import LabTelemetry

extension Incident {
    /// Rows of a query that stay open when a value in their middle cannot be read.
    package static let rowsNotClosed = Incident(
        name: "rows-not-closed",
        title: "Rows that are closed only at their end",
        summary: "A query's rows stay open whenever one of them cannot be read.",
        story: [
            """
            Calls to a service timed out after five seconds, and the service that called it grew slowly over a longer \
            time. One cause was verified elsewhere; this one was found by reading the code.
            """,
            """
            A query's rows were read in a loop, each scanned into variables, and after the last one they closed \
            themselves. Nothing else closed them. A value that did not fit its variable ended the loop in the middle, \
            with an error that was handled. The rows were forgotten: a statement, its \
            cursor, its connection, and the view of the data that the connection had kept.
            """,
            """
            Such a leak does not follow the load, it follows the errors. In a test without a damaged row there is \
            none. The remedy is one line: close the rows on every way out, right where they were opened.
            """,
        ],
        mechanism: """
            A query's rows are closed by whoever reads them to the end. When a row cannot be read, the loop is left \
            before that, and statement and connection stay taken, in a real SQLite database. Only events that fail \
            leak, so the error rate sets the slope.
            """,
        handlers: [.rowsNotClosed, .rowsClosed],
        parameters: RowsNotClosedParameters.all,
        defaultConcurrency: 1,
        world: [
            WorldVariable(
                name: RowsNotClosedParameters.errorShare,
                kind: .share,
                help: "events whose query meets a row that cannot be read, in place of errorRate"
            )
        ],
        predictions: {
            $0.handler == IncidentHandler.rowsNotClosed.name ? [.openStatements($0)] : []
        },
        metrics: [
            "bytesPerFailure", "connectionsOpen", "queries", "rowsRead", "scanErrors", "sqliteBytes",
            "statementsOpen", "totalsKept", "walBytes",
        ]
    )
}

extension IncidentHandler {
    fileprivate static let rowsNotClosed = IncidentHandler.suspect(
        "rows-not-closed",
        "Reads rows to their end, where they close themselves, and leaves them open after an error."
    ) { RowsNotClosedHandler(accounts: AccountDraw($0), store: try PurchaseStore($0)) }

    fileprivate static let rowsClosed = IncidentHandler.fix(
        "rows-closed",
        "Closes the rows on every way out.",
        isControl: true
    ) { RowsClosedHandler(accounts: AccountDraw($0), store: try PurchaseStore($0)) }
}

/// The source tells no error rate and no number of rows.
enum RowsNotClosedParameters {
    /// The world's variable.
    static let errorShare = "error-rate"

    static let errorRate = Parameter.number(
        "errorRate",
        default: 0.02,
        in: 0...1,
        "part of the events that meet a row that cannot be read, where a phase sets no error-rate"
    )
    static let rows = Parameter.count("rows", default: 12, in: 2...1_000, "rows that each query finds")

    static let all = declarations(errorRate, rows)
}

extension AccountDraw {
    init(_ context: IncidentContext) {
        self.init(
            seed: context.seed,
            share: context.world.share(RowsNotClosedParameters.errorShare),
            usualShare: context[RowsNotClosedParameters.errorRate]
        )
    }
}

extension PurchaseStore {
    /// Makes the database in the context's folder if there is none.
    /// - Throws: ``LabError`` if it cannot be made.
    init(_ context: IncidentContext) throws(LabError) {
        DatabaseMemory.keepAccount()
        let database = try PurchaseDatabase(
            in: context.folder,
            purchasesPerAccount: context[RowsNotClosedParameters.rows]
        )
        self.init(
            database: database,
            pool: ConnectionPool(path: database.path, metrics: ConnectionPool.Metrics(on: context.page)),
            meter: DatabaseMeter(on: context.page),
            totals: context.page.counter("totalsKept", class: .incident)
        )
    }
}

extension Prediction {
    /// What `rows-not-closed` leaves open: a statement for each event that meets a row that cannot be read.
    fileprivate static func openStatements(_ context: PredictionContext) -> Prediction {
        typealias Parameters = RowsNotClosedParameters
        let failing = context.workload.phases.reduce(0) { sum, phase in
            guard case .share(let share) = phase.world[Parameters.errorShare], share > 0 else {
                return sum + phase.events * context[Parameters.errorRate]
            }
            return sum + phase.events * share
        }
        return Prediction(
            kind: .pileUp,
            metric: "statementsOpen",
            value: failing / Double(context.replicas),
            note: "events × error rate, phase by phase"
        )
    }
}
