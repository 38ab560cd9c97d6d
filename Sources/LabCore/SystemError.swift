import Foundation

/// Why a call to the system failed, in the system's own words instead of numbers.
package enum SystemError {
    /// The words for an `errno`.
    package static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    /// The words for what Foundation threw when it read, wrote or made a file.
    package static func words(_ error: any Error) -> String {
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return words(Int32(clamping: error.code)) }
        guard error.domain == NSCocoaErrorDomain else { return error.localizedDescription }
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error { return words(cause) }
        return number(of: CocoaError.Code(rawValue: error.code)).map(words) ?? "the system gave no reason"
    }

    /// Foundation has few codes, and for most of the system's numbers none.
    private static func number(of code: CocoaError.Code) -> Int32? {
        switch code {
        case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
        case .fileReadNoPermission, .fileWriteNoPermission: EACCES
        case .fileWriteFileExists: EEXIST
        case .fileWriteOutOfSpace: ENOSPC
        case .fileWriteVolumeReadOnly: EROFS
        case .fileReadTooLarge: EFBIG
        case .fileReadInvalidFileName, .fileWriteInvalidFileName: ENAMETOOLONG
        default: nil
        }
    }
}
