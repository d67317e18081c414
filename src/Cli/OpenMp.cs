using System.Runtime.InteropServices;

namespace Loragate.Cli;

/// <summary>
/// libtorch's OpenMP threads spin while they wait for each other. On a machine that does other work too, a spinning thread keeps the one
/// it waits for from running: minutes for what takes seconds. They sleep instead, unless the user asked otherwise.
/// </summary>
internal static partial class OpenMp
{
    private const int KeepTheUsers = 0;

    /// <summary>Must run before libtorch is loaded: its runtime reads the process's environment once, and .NET's own copy does not reach it.</summary>
    public static void LetThreadsSleep()
    {
        if (OperatingSystem.IsWindows())
            return;
        _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", KeepTheUsers);
        _ = SetEnvironment("GOMP_SPINCOUNT", "1000", KeepTheUsers);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
