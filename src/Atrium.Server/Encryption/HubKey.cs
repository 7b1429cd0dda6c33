using System.Collections.Concurrent;
using System.Security.Cryptography;
using Atrium.Server.Hosting;

namespace Atrium.Server.Encryption;

/// <summary>
/// A hub's key in memory with the data keys that it opened. Where a customer's key wraps it, that one is asked again all the time: when it refuses, everything
/// that was opened by it is withdrawn, from those who are reading too, until it opens again.
/// </summary>
internal sealed class HubKey(Guid hub, KeyVaulting vaulting, KeyRows rows, TimeProvider clock, Action<Guid, string?> told) : IDisposable
{
    /// <summary>How often the customer's key is asked.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long its answer is relied on: until the next one is there, also from a vault that takes its time, so that nobody who reads waits for it. Whoever reads asks
    /// himself where none came. With the time that an answer may take it is less than the minute within which a revoked key stops reads.
    /// </summary>
    public static readonly TimeSpan Relied = TimeSpan.FromSeconds(40);

    /// <summary>A vault that cannot be reached refuses nothing, for a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Between two questions to a key that refuses.</summary>
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(3);

    /// <summary>Data keys in memory; with more of them it begins anew.</summary>
    private const int MaxOpen = 10_000;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ConcurrentDictionary<Guid, DataKey> open = [];
    private byte[]? key;
    private bool isCustomers;
    private DateTimeOffset checkedAt;
    private DateTimeOffset goodAt;
    private string? refusal;

    /// <summary>Why it cannot be used; null while it can, or nobody asked yet.</summary>
    public string? Refusal => Volatile.Read(ref refusal);

    /// <summary>Whether it has been opened, so that a change at the customer's key matters.</summary>
    public bool IsWatched => isCustomers && (Volatile.Read(ref key) is not null || Refusal is not null);

    private bool IsFresh(TimeSpan within) => Volatile.Read(ref key) is not null && (!isCustomers || clock.GetUtcNow() - checkedAt < within);

    /// <summary>The data key of a workspace, made where there is none and one is wanted.</summary>
    /// <exception cref="ApiException">403: the customer's key cannot be used.</exception>
    /// <exception cref="CryptographicException">There is none, or it was changed.</exception>
    public async ValueTask<DataKey.Lease> OpenAsync(Guid workspace, bool make, CancellationToken cancellationToken)
    {
        if (IsFresh(Relied) && open.TryGetValue(workspace, out var known) && known.TryHold() is { } held)
        {
            return held;
        }

        if (!gate.Wait(0, cancellationToken))
        {
            // While somebody asks a key that refused, nobody else has to wait for it: what was said last holds until it says something else.
            if (Refusal is { } why)
            {
                throw KeyRefusals.Unavailable(why);
            }

            await gate.WaitAsync(cancellationToken);
        }

        try
        {
            await DemandAsync(Relied, cancellationToken);
            return (open.TryGetValue(workspace, out var opened) ? opened.TryHold() : null) ?? await UnwrapAsync(workspace, make, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Asks the customer's key again, whoever waits for it or not.</summary>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await DemandAsync(Recheck, cancellationToken);
        }
        catch (ApiException)
        {
            // Whoever reads is told; the watch only has to know.
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>What keeps the hub's key under another customer's key from now on; its data keys stay as they are.</summary>
    /// <exception cref="ApiException">403: the key that wraps it now cannot be used.</exception>
    /// <exception cref="CustomerKeyException">The new one cannot.</exception>
    public async ValueTask<Persistence.ResourceWrite> RewrapAsync(CustomerKey customer, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await DemandAsync(Recheck, cancellationToken);
            var (_, row) = (await rows.FindHubAsync(hub, cancellationToken))!.Value;
            return KeyRows.Write(hub, await vaulting.WrapAsync(hub, key!, customer, cancellationToken), row);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        Close(why: null);
        gate.Dispose();
    }

    /// <summary>Sees that the key is open and its customer's key has said so lately. Within the gate.</summary>
    private async ValueTask DemandAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (IsFresh(within))
        {
            return;
        }

        if (refusal is { } why && now - checkedAt < RetryWait)
        {
            throw KeyRefusals.Unavailable(why);
        }

        try
        {
            if (key is not null && await rows.FindHubAsync(hub, cancellationToken) is { Value.CustomerKey: not null } known)
            {
                await FollowAsync(known.Value, known.Row, cancellationToken);
                (checkedAt, goodAt) = (now, now);
                return;
            }

            var kept = await FindOrMakeAsync(cancellationToken);
            Take(await vaulting.UnwrapAsync(hub, kept, cancellationToken), kept.CustomerKey is not null, now);
        }
        catch (CustomerKeyException failure)
        {
            // As of the answer: whoever waited here meanwhile is told the same, and does not ask and wait in turn.
            checkedAt = clock.GetUtcNow();
            if (failure.IsRefusal || key is null || now - goodAt > Patience)
            {
                Close(failure.Message);
                throw KeyRefusals.Unavailable(failure.Message);
            }
        }
    }

    private async ValueTask FollowAsync(HubKeyRow kept, Persistence.StoredResource row, CancellationToken cancellationToken)
    {
        if (await vaulting.FollowAsync(hub, key!, kept, cancellationToken) is { } newer)
        {
            // Whoever was faster did the same.
            await rows.AddAsync(KeyRows.Write(hub, newer, row), cancellationToken);
        }
    }

    private void Take(byte[] opened, bool customers, DateTimeOffset now)
    {
        if (key is null)
        {
            key = opened;
        }
        else
        {
            CryptographicOperations.ZeroMemory(opened);
        }

        (isCustomers, checkedAt, goodAt) = (customers, now, now);
        if (refusal is not null)
        {
            refusal = null;
            told(hub, null);
        }
    }

    private async ValueTask<HubKeyRow> FindOrMakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await rows.FindHubAsync(hub, cancellationToken) is { } kept)
            {
                isCustomers = kept.Value.CustomerKey is not null;
                return kept.Value;
            }

            var made = await vaulting.NewAsync(hub, cancellationToken);
            await rows.AddAsync(KeyRows.Write(hub, made, before: null), cancellationToken);
        }
    }

    private async ValueTask<DataKey.Lease> UnwrapAsync(Guid workspace, bool make, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await rows.FindDataAsync(workspace, cancellationToken) is { } kept)
            {
                if (open.Count >= MaxOpen)
                {
                    Forget(why: null);
                }

                var opened = new DataKey(workspace, KeyWrap.Unwrap(key, kept.Wrapped, KeyRows.DataPlace(workspace)));
                open[workspace] = opened;
                return opened.TryHold()!;
            }

            if (!make)
            {
                throw new CryptographicException($"There is no data key '{workspace}'.");
            }

            var fresh = RandomNumberGenerator.GetBytes(DataKey.Size);
            await rows.AddAsync(KeyRows.Write(workspace, new DataKeyRow(KeyWrap.Wrap(key, fresh, KeyRows.DataPlace(workspace)), hub)), cancellationToken);
            CryptographicOperations.ZeroMemory(fresh);
        }
    }

    private void Close(string? why)
    {
        if (key is { } known)
        {
            key = null;
            CryptographicOperations.ZeroMemory(known);
        }

        Forget(why);
        if (why is not null && refusal is null)
        {
            told(hub, why);
        }

        refusal = why;
    }

    private void Forget(string? why)
    {
        foreach (var workspace in open.Keys)
        {
            if (open.TryRemove(workspace, out var known))
            {
                known.Withdraw(why);
            }
        }
    }
}
