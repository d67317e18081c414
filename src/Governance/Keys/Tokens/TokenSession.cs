using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>A loaded module and a session with the one token that a URI names. Modules are process-wide: one session at a time.</summary>
internal sealed class TokenSession : IDisposable
{
    private readonly IPkcs11Library _module;
    private readonly ISlot _slot;

    private TokenSession(TokenUri uri, IPkcs11Library module)
    {
        (Uri, _module) = (uri, module);
        try
        {
            _slot = SlotOf(uri, module);
            Session = _slot.OpenSession(SessionType.ReadWrite);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_TOKEN_WRITE_PROTECTED)
        {
            Session = _slot!.OpenSession(SessionType.ReadOnly);
        }
    }

    public TokenUri Uri { get; }

    public ISession Session { get; }

    public Pkcs11InteropFactories Factories => _module.Factories;

    /// <summary>Loads the module and opens the token; nobody is logged in yet.</summary>
    /// <exception cref="KeyException">No such module, none that is one, no such token, or several.</exception>
    public static TokenSession Open(TokenUri uri)
    {
        DynamicLinker.Register();
        var factories = new Pkcs11InteropFactories();
        var module = Load(uri, factories);
        try
        {
            return new TokenSession(uri, module);
        }
        catch (Pkcs11Exception e)
        {
            module.Dispose();
            throw TokenFault.Of(uri.Place, e);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Logs the user in, where the token asks for that.</summary>
    /// <exception cref="KeyException">No PIN, a wrong one, or a locked token.</exception>
    public void Login(SecretSource? secrets)
    {
        var flags = _slot.GetTokenInfo().TokenFlags;
        if (!flags.LoginRequired)
            return;
        if (flags.UserPinLocked)
            throw Refuse(CKR.CKR_PIN_LOCKED);
        if (flags.ProtectedAuthenticationPath)
            Login((byte[]?)null);
        else if (Uri.PinFile is { } file)
            Login(PinOf(file));
        else
            LoginWith(secrets);
    }

    public void Dispose()
    {
        Session.Dispose();
        _module.Dispose();
    }

    private static IPkcs11Library Load(TokenUri uri, Pkcs11InteropFactories factories)
    {
        const string Advice = "Name the PKCS#11 library of your token, for this kind of machine.";
        if (!File.Exists(uri.ModulePath))
            throw new KeyException(uri.Place, $"no module at {uri.ModulePath}", Advice);
        try
        {
            return factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, uri.ModulePath, AppType.MultiThreaded);
        }
        catch (Exception e) when (e is UnmanagedException or LibraryArchitectureException or UnsupportedPlatformException)
        {
            throw new KeyException(uri.Place, $"{uri.ModulePath} is no PKCS#11 module", Advice, e);
        }
        catch (Pkcs11Exception e)
        {
            throw new KeyException(uri.Place, $"the module {uri.ModulePath} does not start: {e.RV}", "Check its configuration.", e);
        }
    }

    private static ISlot SlotOf(TokenUri uri, IPkcs11Library module) => Pkcs11UriUtils.GetMatchingSlotList(uri.Parsed, module, SlotsType.WithTokenPresent) switch
    {
        [var slot] => slot,
        [] => throw new KeyException(uri.Place, "no such token", "Check 'token' and 'serial' against what the token's own tool lists, and that the token is there."),
        { Count: var count } => throw new KeyException(uri.Place, $"{count} tokens fit", "Name one by 'token' and 'serial'."),
    };

    private static byte[] PinOf(string file)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(KeyFile.ReadPrivate(file).TrimEnd('\n', '\r'));
        return text.Length is > 0 and <= Secret.MaxBytes ? text : throw new KeyException(file, "no PIN in the file", "Keep one line with the PIN in it.");
    }

    private void LoginWith(SecretSource? secrets)
    {
        if (secrets is null)
            throw new KeyException(Uri.Place, "the token asks for its PIN, and there is none", "Give the PIN, or name its file by pin-source.");
        using var pin = secrets($"PIN of {Uri.Place}");
        Login(pin.Utf8);
    }

    private void Login(byte[]? pin)
    {
        try
        {
            Session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception e) when (e.RV is not CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            throw TokenFault.Of(Uri.Place, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private KeyException Refuse(CKR code)
    {
        var (fault, advice) = TokenFault.Explain(code);
        return new KeyException(Uri.Place, fault, advice);
    }
}
