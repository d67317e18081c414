namespace Loragate.Artifacts.Folders;

/// <summary>
/// A limit on the size of files, of the file system or of this process (ulimit -f). .NET makes of it (EFBIG) the fault of an argument, although nothing but the disk is at fault:
/// whoever writes files catches that and throws this instead.
/// </summary>
public static class SizeLimit
{
    /// <summary>What is thrown where a file met the limit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">What .NET made of it.</param>
    public static IOException Fault(string path, ArgumentOutOfRangeException limit) => new($"{path}: the file system, or a limit of this process, takes no file of this size.", limit);

    /// <summary>Copies a file, byte for byte; where it does not end, nothing stays at the target.</summary>
    /// <exception cref="IOException">The file cannot be written, for a full disk too, or something stands at the target.</exception>
    public static void Copy(string source, string target)
    {
        if (Path.Exists(target))
            throw new IOException($"{target} exists already.");
        try
        {
            File.Copy(source, target);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            File.Delete(target);
            throw Fault(target, limit);
        }
        catch (IOException fault)
        {
            File.Delete(target);
            throw new IOException($"{target}: {fault.Message}", fault);
        }
    }
}
