using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Loragate.Artifacts.Folders;

/// <summary>The system calls that .NET lacks: is this a plain file, is it the one that is open, fsync of a folder or of a file that may only be read, a copy that shares its blocks, a way to the disk past the system's cache, and whose a descriptor is.</summary>
public static partial class PosixFile
{
    private const int ReadOnly = 0;
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const int RecordBytes = 256;

    /// <summary>Whether the path is a regular file; pipes and devices are never opened.</summary>
    [SupportedOSPlatform("linux")]
    [SupportedOSPlatform("macos")]
    public static bool IsRegular(string path) => OperatingSystem.IsLinux() ? HasRegularType(path) : LooksRegular(path);

    /// <summary>Makes a rename within <paramref name="folder"/> survive a power cut.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Forces a file to the disk; a copy of a read-only file may not be opened for writing, and fsync does not ask for it.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void SyncFile(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
            return;
        }
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"{path}: cannot be opened to force it to the disk (errno {Marshal.GetLastPInvokeError()}).");
        var result = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result < 0)
            throw new IOException($"{path}: the disk did not take it (errno {error}).");
    }

    /// <summary>
    /// Copies a file by sharing its blocks (a reflink: ioctl_ficlone(2)), which takes no time and no space. False, with nothing left, where the file
    /// system cannot: only some can (XFS, Btrfs, bcachefs), within themselves, and Linux alone is asked.
    /// </summary>
    public static bool TryClone(string source, string target)
    {
        const uint Clone = 0x4004_9409;
        if (!OperatingSystem.IsLinux())
            return false;
        using (var from = File.OpenHandle(source))
        using (var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            if (Control(to, Clone, from) == 0)
                return true;
        }
        File.Delete(target);
        return false;
    }

    /// <summary>
    /// Opens an open file once more, to write past the system's cache (O_DIRECT, open(2)): position, length and memory of what is written are multiples of a page.
    /// Null where the system or the file system has no such way.
    /// </summary>
    public static SafeFileHandle? TryOpenUncached(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        const int WriteOnly = 1, CloseOnExec = 0x8_0000, DirectOnX64 = 0x4000, DirectOnArm64 = 0x1_0000;
        var direct = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => DirectOnX64,
            Architecture.Arm64 => DirectOnArm64,
            _ => 0,
        };
        if (!OperatingSystem.IsLinux() || direct == 0)
            return null;
        var descriptor = Open($"/proc/self/fd/{file.DangerousGetHandle()}", WriteOnly | CloseOnExec | direct);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Whether a file descriptor was handed over by whoever started this process. What a runtime opens for itself is closed when it starts another program
    /// (FD_CLOEXEC, fcntl(2)), and what came through such a start is not.
    /// </summary>
    public static bool IsInherited(int descriptor)
    {
        const int GetFlags = 1, CloseOnExec = 1;
        return OperatingSystem.IsWindows() || Flags(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;
    }

    /// <summary>Whether an open file is the one that a path names now, and not one that was removed or replaced there. Linux alone tells files apart; elsewhere a file must be there.</summary>
    public static bool IsAt(SafeFileHandle file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        const int EmptyPath = 0x1000, NumberOffset = 32, DeviceOffset = 136, NumberBytes = 8, DeviceBytes = 8;
        const uint Number = 0x100;
        if (!OperatingSystem.IsLinux())
            return File.Exists(path);
        Span<byte> open = stackalloc byte[RecordBytes], named = stackalloc byte[RecordBytes];
        return StatX(file, "", EmptyPath, Number, open) == 0 && StatX(WorkingFolder, path, NoFollow, Number, named) == 0
            && open.Slice(NumberOffset, NumberBytes).SequenceEqual(named.Slice(NumberOffset, NumberBytes))
            && open.Slice(DeviceOffset, DeviceBytes).SequenceEqual(named.Slice(DeviceOffset, DeviceBytes));
    }

    /// <summary>statx(2), whose record has one layout on every architecture; a link is looked at itself.</summary>
    private static bool HasRegularType(string path)
    {
        const int ModeOffset = 28, TypeMask = 0xF000, Regular = 0x8000;
        const uint Type = 1;
        Span<byte> record = stackalloc byte[RecordBytes];
        return StatX(WorkingFolder, path, NoFollow, Type, record) == 0 && (BitConverter.ToUInt16(record[ModeOffset..]) & TypeMask) == Regular;
    }

    private static bool LooksRegular(string path) =>
        File.GetAttributes(path) is var attributes
        && (attributes & (FileAttributes.Directory | FileAttributes.Device | FileAttributes.ReparsePoint)) == 0
        && !IsPipeOrSocket(path);

    /// <summary>Opened without blocking, only a pipe or socket has no position (lseek fails with ESPIPE).</summary>
    private static bool IsPipeOrSocket(string path)
    {
        const int NonBlock = 0x800;
        var descriptor = Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? 0x4 : NonBlock));
        if (descriptor < 0)
            return true;
        var seekable = Seek(descriptor, 0, 1) >= 0;
        _ = Close(descriptor);
        return !seekable;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> record);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, Span<byte> record);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle target, nuint request, SafeFileHandle source);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Flags(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(int descriptor, long offset, int whence);
}
