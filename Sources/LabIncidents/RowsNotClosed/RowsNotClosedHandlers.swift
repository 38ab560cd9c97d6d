import LabCore

/// The bug: who leaves the loop in the middle leaves the rows open.
///
/// As long as every value fits, the loop ends after the last row, and there the rows close themselves.
struct RowsNotClosedHandler: EventHandler {
    let accounts: AccountDraw
    let store: PurchaseStore

    func handle(_ event: borrowing Event) async throws {
        defer { store.measure() }
        let account = try accounts.account(of: event)
        let rows = try store.purchases(of: account)
        var spent: Int64 = 0
        while try rows.next() {
            spent = try spent.adding(price: try rows.scan(PurchaseStore.Purchase.init).price)
        }
        try store.keep(spent, of: account)
    }

    /// Closes the connections that came back.
    func shutDown() async { store.pool.closeFree() }
}

/// The fix: the rows are closed on every way out.
struct RowsClosedHandler: EventHandler {
    let accounts: AccountDraw
    let store: PurchaseStore

    func handle(_ event: borrowing Event) async throws {
        defer { store.measure() }
        let account = try accounts.account(of: event)
        try store.keep(try spent(by: account), of: account)
    }

    private func spent(by account: Int64) throws(LabError) -> Int64 {
        let rows = try store.purchases(of: account)
        defer { rows.close() }
        var spent: Int64 = 0
        while try rows.next() {
            spent = try spent.adding(price: try rows.scan(PurchaseStore.Purchase.init).price)
        }
        return spent
    }

    func shutDown() async { store.pool.closeFree() }
}
