using System.Runtime.InteropServices;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>Pkcs11Interop asks for the dynamic linker by the name "libdl", which a Linux without a compiler's files does not have: there it is libdl.so.2, or part of the C library.</summary>
internal static class DynamicLinker
{
    private const string Asked = "libdl";

    private static readonly string[] Names = ["libdl.so.2", "libc.so.6", "libc"];

    static DynamicLinker() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, _, _) => name == Asked ? Load() : 0);

    /// <summary>Makes it known, once a process.</summary>
    public static void Register()
    {
        // The static constructor has done it.
    }

    private static nint Load() => Names.Select(name => NativeLibrary.TryLoad(name, out var handle) ? handle : 0).FirstOrDefault(handle => handle != 0);
}
