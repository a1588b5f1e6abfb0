"""What tests of several layers share: real infrastructure, its helpers, and containers to prove them in."""
